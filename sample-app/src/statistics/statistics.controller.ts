import { Controller, Get } from '@nestjs/common';
import { StatisticsService } from './statistics.service.js';
import type { RepositoryStatistics } from './statistics.service.js';

@Controller('stats')
export class StatisticsController {
  constructor(private readonly statistics: StatisticsService) {}

  @Get()
  perRepository(): Promise<RepositoryStatistics[]> {
    return this.statistics.perRepository();
  }
}
