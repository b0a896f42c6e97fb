// The app that shutdown-signals.spec.ts starts as a process of its own, and talks to by signals and messages.
import 'reflect-metadata';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { BusEvent, EventBus, EventBusModule, HandlerContext, OnEvent } from 'nestjs-event-bus';

const tell = (what: string): void => void process.send!(what);
const whenTold = (wanted: string, act: () => void): void =>
  void process.on('message', (message) => {
    if (message === wanted) act();
  });

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** What handlers need until their end. */
@Injectable()
class Pool {
  #open = true;

  write(what: string): void {
    tell(this.#open ? `${what} done` : `${what} TOO LATE`);
  }

  onModuleDestroy(): void {
    this.#open = false;
    tell('pool closed');
  }

  /** A signal that somebody listens to doesn't end the process. */
  onApplicationShutdown(): void {
    for (const signal of SIGNALS) process.off(signal, tell);
  }
}

@Injectable()
class Jobs {
  readonly #released = new Promise<void>((resolve) => whenTold('release', resolve));

  constructor(private readonly pool: Pool) {}

  @OnEvent('job:run')
  async run(): Promise<void> {
    await this.#released;
    this.pool.write('job');
  }

  @OnEvent('job:hang')
  hang(_data: unknown, _event: BusEvent, { signal }: HandlerContext): Promise<never> {
    signal.addEventListener('abort', () => tell('aborted'));
    return new Promise(() => {});
  }
}

@Module({
  imports: [EventBusModule.forRoot({ closeTimeout: Number(process.env['CLOSE_TIMEOUT']) })],
  providers: [Pool, Jobs],
})
class JobsModule {}

const host = '127.0.0.1';
const transport: MicroserviceOptions = { transport: Transport.TCP, options: { host, port: 0 } };

const KINDS: Record<string, () => Promise<INestApplicationContext>> = {
  server: async () => {
    const server = await NestFactory.create(JobsModule);
    await server.listen(0, host);
    return server;
  },
  context: () => NestFactory.createApplicationContext(JobsModule),
  hybrid: async () => {
    const server = await NestFactory.create(JobsModule);
    server.connectMicroservice(transport);
    await server.startAllMicroservices();
    await server.listen(0, host);
    return server;
  },
  microservice: async () => {
    const microservice = await NestFactory.createMicroservice(JobsModule, transport);
    await microservice.listen();
    return microservice;
  },
};

process.on('disconnect', () => process.exit());
const app = await KINDS[process.env['KIND']!]!();
app.enableShutdownHooks([...SIGNALS]);
for (const signal of SIGNALS) process.on(signal, tell);
whenTold('close', () => {
  void app.close();
  tell('close()');
});
const bus = app.get(EventBus);
for (const topic of process.env['TOPICS']!.split(',')) bus.emit(topic);
tell('ready');
