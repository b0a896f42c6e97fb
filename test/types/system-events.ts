import type {
  BootFailed,
  BootPhase,
  EventBus,
  HandlerFailed,
  SubscriptionPaused,
  SubscriptionResumed,
  SystemEvents,
} from 'nestjs-event-bus';
import { holds, type Same } from './event-map.js';

declare const bus: EventBus;

// The bus's own events are typed.
bus.on('system:handler_failed', (failed) => holds<Same<typeof failed, HandlerFailed>>());
// @ts-expect-error it is no text
bus.on('system:handler_failed', (failed: string) => void failed);
// @ts-expect-error nor can it be emitted as one
bus.emit('system:handler_failed', 'failed');

bus.on('system:boot_failed', (failed) => holds<Same<typeof failed, BootFailed>>());
bus.on('system:boot_phase', ({ state }) => holds<Same<typeof state, BootPhase['state']>>());
// @ts-expect-error a step that ended, or began, doesn't wait
bus.on('system:boot_phase', ({ state }) => state === 'waiting');

bus.on('system:subscription_paused', (paused) => holds<Same<typeof paused, SubscriptionPaused>>());
bus.on('system:subscription_resumed', (resumed) => holds<Same<typeof resumed, SubscriptionResumed>>());

// They leave the rest of their domain to applications.
bus.emit('system:maintenance', { until: 5 });
bus.on('system:maintenance', (data) => holds<Same<typeof data, any>>());
bus.on('system:*', (data) => holds<Same<typeof data, any>>());

// A map that has topics in that domain closes it, and the bus's own are still among them.
interface Closed {
  'system:maintenance': { until: number };
}
declare const closed: EventBus<Closed>;
closed.emit('system:maintenance', { until: 5 });
closed.on('system:handler_failed', (failed) => holds<Same<typeof failed, HandlerFailed>>());
closed.on('system:*', (data) =>
  holds<Same<typeof data, SystemEvents[keyof SystemEvents] | { until: number }>>(),
);
// @ts-expect-error misspelt
closed.emit('system:maintenace', { until: 5 });
