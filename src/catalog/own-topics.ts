import type { SystemEvents } from '../core/index.js';

/** What the bus itself emits, for people: a topic that is added to `SystemEvents` needs a line here. */
export const OWN_TOPICS: Readonly<Record<keyof SystemEvents, string>> = {
  'system:starting': 'Handlers are live, and have had what was held until now.',
  'system:started': 'The startup steps that wait for nothing start right after it.',
  'system:boot_phase': 'A startup step began or ended.',
  'system:boot_complete': 'Every startup step is over.',
  'system:boot_failed': 'A startup step failed, and the start is about to be rejected.',
  'system:maintenance_mode':
    'A startup step failed behind something external: the application runs, but never gets ready.',
  'system:stopping': 'The application stops: the bus is about to drain.',
  'system:stopped': 'All shutdown hooks have run: the bus is about to close.',
  'system:permission_denied': 'Somebody tried to emit or hear what the declared permissions don’t allow.',
  'system:subscription_paused': 'A handler that kept failing was paused, or its trial failed.',
  'system:subscription_resumed': 'Such a pause has ended.',
  'system:handler_failed': 'A delivery failed: its handler, or its filter.',
};

/** The name by which the bus stands among emitters. */
export const THE_BUS = 'nestjs-event-bus';
