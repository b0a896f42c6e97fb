import {
  ConflictException,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  Post,
  UseGuards,
} from '@nestjs/common';
import { RootEventBus, SubscriptionEndedError } from 'nestjs-event-bus';
import type { DeadLetter } from 'nestjs-event-bus';
import { AdministratorGuard } from '../identity/administrator.guard.js';
import { summarize } from './event-summary.js';
import type { EventSummary } from './event-summary.js';

interface DeadLetterSummary {
  readonly id: string;
  readonly handler: string;
  readonly attempts: number;
  readonly failedAt: string;
  readonly error: string;
  readonly event: EventSummary;
}

/** What handlers could not handle. For the people who run the app alone. */
@Controller('dead-letters')
@UseGuards(AdministratorGuard)
export class DeadLettersController {
  constructor(private readonly bus: RootEventBus) {}

  /** Oldest first. */
  @Get()
  list(): DeadLetterSummary[] {
    return this.bus.deadLetters.list().map(show);
  }

  /** Calls the handler that failed once more, with the same event. Nobody else hears of it. */
  @Post(':id/redeliver')
  @HttpCode(HttpStatus.OK)
  async redeliver(@Param('id') id: string): Promise<{ handled: boolean }> {
    try {
      const report = await this.bus.deadLetters.redeliver(id);
      if (report === undefined) throw new NotFoundException(`There is no dead letter ${id}.`);
      return { handled: report.failures.length === 0 };
    } catch (error) {
      if (error instanceof SubscriptionEndedError)
        throw new ConflictException(error.message, { cause: error });
      throw error;
    }
  }
}

function show({ id, subscription, attempts, failedAt, error, event }: DeadLetter): DeadLetterSummary {
  return {
    id,
    handler: subscription,
    attempts,
    failedAt: new Date(failedAt).toISOString(),
    error: error instanceof Error ? error.message : String(error),
    event: summarize(event),
  };
}
