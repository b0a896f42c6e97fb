import { afterEach } from '@jest/globals';
import { Agent, request } from 'node:http';
import { Controller, Get, type INestApplication, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { EventBusModule, type EventBusModuleOptions } from 'nestjs-event-bus';
import { type BusHealth, EventBusHealthIndicator, type HealthOptions } from 'nestjs-event-bus/health';

const started: INestApplication[] = [];

afterEach(async () => {
  for (const app of started.splice(0)) await app.close();
});

/** A connection for each request: Node's server doesn't close one that is kept busy. */
const agent = new Agent({ keepAlive: false });

/** The answer to a readiness check. */
interface Answer {
  /** Of HTTP. */
  readonly status: number | undefined;
  /** What terminus says of all. */
  readonly overall: string;
  readonly events: BusHealth;
  /** As it came. */
  readonly text: string;
}

export interface HealthServer {
  readonly app: INestApplication;
  /** Asks by HTTP. */
  ready(): Promise<Answer>;
  /** Asks a check without the indicator by HTTP: its status. */
  live(): Promise<number | undefined>;
}

interface Setting extends ModuleMetadata {
  readonly bus?: EventBusModuleOptions;
  readonly health?: HealthOptions;
}

/** A real application with terminus and a health controller, which listens; it is closed after the test. */
export async function startHealthServer({ bus, health, ...metadata }: Setting = {}): Promise<HealthServer> {
  @Controller('health')
  class HealthController {
    constructor(
      private readonly checks: HealthCheckService,
      private readonly events: EventBusHealthIndicator,
    ) {}

    @Get('ready')
    @HealthCheck()
    ready() {
      return this.checks.check([() => this.events.isHealthy('events', health)]);
    }

    @Get('live')
    @HealthCheck()
    live() {
      return this.checks.check([]);
    }
  }

  @Module({
    imports: [TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController],
    providers: [EventBusHealthIndicator],
  })
  class HealthModule {}

  @Module({
    ...metadata,
    imports: [EventBusModule.forRoot({ logging: false, ...bus }), HealthModule, ...(metadata.imports ?? [])],
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  started.push(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    app,
    ready: async () => {
      const { status, text } = await get(`${url}/health/ready`);
      const body = JSON.parse(text) as { status: string; details?: { events: BusHealth } };
      return { status, overall: body.status, events: body.details?.events as BusHealth, text };
    },
    live: async () => (await get(`${url}/health/live`)).status,
  };
}

function get(url: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode, text: Buffer.concat(parts).toString('utf8') }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
