import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Startup } from 'nestjs-event-bus';

interface Readiness {
  readonly status: string;
  /** The startup steps that run or wait, and for what. */
  readonly pending: readonly {
    readonly step: string;
    readonly state: string;
    readonly awaits: readonly string[];
  }[];
  readonly failed: readonly string[];
}

@Controller('health')
export class ReadinessController {
  constructor(private readonly startup: Startup) {}

  /** 200 when the app does what it is for, else 503, with what is missing. */
  @Get('ready')
  ready(@Res({ passthrough: true }) response: Response): Readiness {
    const { startup } = this;
    response.status(startup.isReady() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return {
      status: startup.state,
      pending: startup.pending().map(({ name, state, awaits }) => ({ step: name, state, awaits })),
      failed: startup.timeline().steps.flatMap(({ name, state }) => (state === 'failed' ? name : [])),
    };
  }
}
