import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';

/** GitHub caps payloads at 25 MB. A lower limit here would lose webhooks that GitHub does send. */
const BODY_LIMIT = '25mb';

/** How the HTTP side has to be made, by `main.ts` and by tests alike; {@link configureHttp} is the other half. */
export const HTTP_OPTIONS: NestApplicationOptions = {
  // Signatures are of raw bytes, so nothing may parse a body before it is verified.
  bodyParser: false,
  // What comes while the app shuts down is refused, and GitHub shows it as failed, instead of accepted and then lost.
  return503OnClosing: true,
};

export function configureHttp(app: INestApplication): void {
  (app as NestExpressApplication).useBodyParser('raw', { type: () => true, limit: BODY_LIMIT });
}
