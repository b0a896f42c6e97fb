import { Controller, Sse } from '@nestjs/common';
import type { BeforeApplicationShutdown, MessageEvent } from '@nestjs/common';
import { EventBus, observe } from 'nestjs-event-bus';
import { Subject, map, takeUntil } from 'rxjs';
import type { Observable } from 'rxjs';
import { summarize } from './event-summary.js';

@Controller('events')
export class LiveEventsController implements BeforeApplicationShutdown {
  private readonly shutdown = new Subject<void>();

  constructor(private readonly bus: EventBus) {}

  /** Server-sent events: every webhook, as it comes. Each client has a queue of its own, and loses the oldest of a burst. */
  @Sse()
  live(): Observable<MessageEvent> {
    return observe(this.bus, 'github:**', { capacity: 100 }).pipe(
      map((event) => ({ id: event.id, data: summarize(event) })),
      takeUntil(this.shutdown),
    );
  }

  /** The HTTP server closes once its last response has ended, and these would never end by themselves. */
  beforeApplicationShutdown(): void {
    this.shutdown.next();
  }
}
