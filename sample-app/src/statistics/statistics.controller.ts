import { Controller, Get, UseGuards } from '@nestjs/common';
import { ReadyGuard } from '../readiness/ready.guard.js';
import { StatisticsService } from './statistics.service.js';
import type { RepositoryStatistics } from './statistics.service.js';

@Controller('stats')
@UseGuards(ReadyGuard)
export class StatisticsController {
  constructor(private readonly statistics: StatisticsService) {}

  @Get()
  perRepository(): Promise<RepositoryStatistics[]> {
    return this.statistics.perRepository();
  }
}
