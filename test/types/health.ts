import type { HealthCheckService, HealthIndicatorFunction, HealthIndicatorResult } from '@nestjs/terminus';
import type { StartupState } from 'nestjs-event-bus';
import type { BusHealth, EventBusHealthIndicator, HealthOptions } from 'nestjs-event-bus/health';
import { holds, type Same } from './event-map.js';

declare const events: EventBusHealthIndicator;
declare const checks: HealthCheckService;

// The answer stands under the key, as terminus has it, and is what its checks take.
const answer = events.isHealthy('events', { maxQueueFill: 0.9 });
holds<Same<typeof answer, Record<'events', BusHealth>>>();
const result: HealthIndicatorResult<'events'> = answer;
const indicator: HealthIndicatorFunction = () => events.isHealthy('events');
async function ready(): Promise<void> {
  const { details } = await checks.check([() => events.isHealthy('events'), indicator]);
  const { status } = details['events'];
  holds<'up' extends typeof status ? true : false>();
}
// @ts-expect-error another key
void answer.bus;
holds<Same<BusHealth['state'], StartupState | 'closed'>>();
holds<Same<BusHealth['message'], string | undefined>>();

// @ts-expect-error misspelt
const misspelt: HealthOptions = { maxQueue: 1 };
// @ts-expect-error a share, not a text
events.isHealthy('events', { maxQueueFill: '90%' });
// @ts-expect-error a key is needed
events.isHealthy();
void [result, ready, misspelt];
