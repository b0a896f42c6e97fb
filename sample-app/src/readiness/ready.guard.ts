import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { Startup } from 'nestjs-event-bus';

/** Answers 503 until the app is ready. While it stops, what has come in passes: it will be handled. */
@Injectable()
export class ReadyGuard implements CanActivate {
  constructor(private readonly startup: Startup) {}

  canActivate(): boolean {
    const { state } = this.startup;
    if (state === 'ready' || state === 'stopping') return true;
    throw new ServiceUnavailableException('The app is not ready. GET /health/ready says what is missing.');
  }
}
