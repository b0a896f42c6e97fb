import type { LifecycleEvents } from '../../core/index.js';

export type LifecycleTopic = keyof LifecycleEvents;

/** In the order in which they come. */
export const LIFECYCLE_TOPICS = [
  'system:starting',
  'system:started',
  'system:boot_phase',
  'system:maintenance_mode',
  'system:boot_complete',
  'system:boot_failed',
  'system:stopping',
  'system:stopped',
] as const satisfies readonly LifecycleTopic[];
