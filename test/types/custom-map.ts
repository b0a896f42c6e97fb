import { RootEventBus } from 'nestjs-event-bus';
import { holds, type Same } from './event-map.js';

// A bus may have a map of its own, whatever the application's says.
interface Sheets {
  'sheet:started': { sheet: string };
  [topic: `job:${string}`]: { job: number };
}
const sheets = new RootEventBus<Sheets>();
sheets.emit('sheet:started', { sheet: 'a' });
sheets.emit('order:placed', 'anything');
// @ts-expect-error misspelt
sheets.emit('sheet:startd', { sheet: 'a' });
// @ts-expect-error the sheet is text
sheets.emit('sheet:started', { sheet: 1 });
sheets.scope('tenant').on('sheet:*', (data) => holds<Same<typeof data, { sheet: string }>>());

// An index by a template types all topics that fit it.
sheets.emit('job:42', { job: 42 });
sheets.on('job:42', (data) => holds<Same<typeof data, { job: number }>>());
sheets.on('job:*', (data) => holds<Same<typeof data, { job: number }>>());
// @ts-expect-error the job is a number
sheets.emit('job:42', { job: 'a' });

// An index by any text types all topics.
const uniform = new RootEventBus<Record<string, Date>>();
uniform.emit('a:b', new Date());
uniform.on('a:**', (data) => holds<Same<typeof data, Date>>());
// @ts-expect-error every event has a date
uniform.emit('a:b', 1);

// Without a map, everything goes, except wildcards in what is emitted.
for (const bus of [new RootEventBus<{}>(), new RootEventBus<any>()]) {
  bus.emit('order:placed');
  bus.emit('order:placed', 1);
  bus.on('order:*', (data) => holds<Same<typeof data, any>>());
}
// @ts-expect-error a wildcard is for listening
new RootEventBus<{}>().emit('order:*');
