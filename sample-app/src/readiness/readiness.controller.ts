import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import type { HealthCheckResult } from '@nestjs/terminus';
import { EventBusHealthIndicator } from 'nestjs-event-bus/health';

@Controller('health')
export class ReadinessController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly events: EventBusHealthIndicator,
  ) {}

  /** 200 when the app does what it is for, else 503, with what is missing. */
  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.events.isHealthy('events')]);
  }
}
