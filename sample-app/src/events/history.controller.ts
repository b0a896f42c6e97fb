import { BadRequestException, Controller, DefaultValuePipe, Get, ParseIntPipe, Query } from '@nestjs/common';
import { InvalidPatternError, RootEventBus } from 'nestjs-event-bus';
import { summarize } from './event-summary.js';
import type { EventSummary } from './event-summary.js';

@Controller('history')
export class HistoryController {
  constructor(private readonly bus: RootEventBus) {}

  /** The last events whose topics match, oldest first; at most 1000 are kept. */
  @Get()
  recent(
    @Query('topic', new DefaultValuePipe('github:**')) pattern: string,
    @Query('limit', new DefaultValuePipe(100), ParseIntPipe) limit: number,
  ): EventSummary[] {
    if (limit < 1 || limit > 1000) throw new BadRequestException('The limit has to be 1 to 1000.');
    try {
      return this.bus.history.recent({ pattern, limit }).map(summarize);
    } catch (error) {
      if (error instanceof InvalidPatternError)
        throw new BadRequestException(error.message, { cause: error });
      throw error;
    }
  }
}
