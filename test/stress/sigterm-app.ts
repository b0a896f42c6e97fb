// The app that sigterm.stress.ts starts as a process of its own, and talks to over HTTP, by signals and by its input and output.
import 'reflect-metadata';
import { once } from 'node:events';
import { Controller, Injectable, Module, type OnModuleDestroy, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BusEvent, EventBus, EventBusModule, HandlerContext, OnEvent } from 'nestjs-event-bus';

const tell = (what: string): void => void process.stdout.write(`told: ${what}\n`);

/** What handlers need until their end. */
@Injectable()
class Pool implements OnModuleDestroy {
  #open = true;
  #finished = 0;

  constructor() {
    // All in one: what is written in a burst right before the exit can be lost, where the reader is slow.
    process.on('exit', () => tell(`${this.#finished} finished`));
  }

  write(): void {
    if (!this.#open) throw new Error('The pool is closed.');
    this.#finished++;
  }

  onModuleDestroy(): void {
    this.#open = false;
  }
}

@Injectable()
class Jobs {
  readonly #released = once(process.stdin, 'data');

  constructor(private readonly pool: Pool) {}

  @OnEvent('job:run')
  async run(): Promise<void> {
    tell('began');
    await this.#released;
    this.pool.write();
  }

  @OnEvent('job:queued', { queue: { concurrency: 10 } })
  async runQueued(): Promise<void> {
    await this.#released;
    this.pool.write();
  }

  @OnEvent('job:hang')
  hang(_data: unknown, _event: BusEvent, { signal }: HandlerContext): Promise<never> {
    tell('hangs');
    signal.addEventListener('abort', () => tell('aborted'));
    return new Promise(() => {});
  }
}

@Controller('jobs')
class JobsController {
  constructor(private readonly bus: EventBus) {}

  @Post(':topic')
  start(@Param('topic') topic: string): void {
    this.bus.emit(topic);
  }
}

@Module({
  imports: [EventBusModule.forRoot({ closeTimeout: Number(process.env['CLOSE_TIMEOUT']) })],
  controllers: [JobsController],
  providers: [Pool, Jobs],
})
class JobsModule {}

const app = await NestFactory.create(JobsModule);
app.enableShutdownHooks(['SIGTERM'], { useProcessExit: true });
process.on('SIGTERM', () => tell('stopping'));
await app.listen(0, '127.0.0.1');
tell(await app.getUrl());
