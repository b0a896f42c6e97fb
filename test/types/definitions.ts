import { type BusEvent, defineEvent, type EventBus, type StandardSchema } from 'nestjs-event-bus';
import { holds, type Order, type Same } from './event-map.js';

declare const bus: EventBus;
declare const schema: StandardSchema<{ id: string }, { id: number }>;

// Data goes in as the schema's input and comes out as its output, also in a domain that the map doesn't know.
const parsed = defineEvent('import:parsed', { schema });
bus.emit(parsed, { id: '1' });
bus.on(parsed, (data, event) => {
  holds<Same<typeof data, { id: number }>>();
  holds<Same<typeof event, BusEvent<{ id: number }>>>();
});
// @ts-expect-error the input's id is text
bus.emit(parsed, { id: 1 });
// @ts-expect-error the data is missing
bus.emit(parsed);
// @ts-expect-error the output's id is a number
bus.on(parsed, (data: { id: string }) => void data);

// Types alone do without a schema.
const shipped = defineEvent<'parcel:shipped', { parcel: number }>('parcel:shipped');
bus.emit(shipped, { parcel: 1 });
bus.on(shipped, (data) => holds<Same<typeof data, { parcel: number }>>());
// @ts-expect-error the parcel is missing
bus.emit(shipped, {});

// Without either, the map says what the data is.
const placed = defineEvent('order:placed', { retain: true });
bus.emit(placed, { id: 1 });
bus.on(placed, (data) => holds<Same<typeof data, Order>>());
// @ts-expect-error the id of an order is a number
bus.emit(placed, { id: 'one' });
const loaded = defineEvent('plugin:loaded');
bus.emit(loaded);
bus.emit(loaded, 1);
bus.on(loaded, (data) => holds<Same<typeof data, any>>());

defineEvent('order:placed', { sensitive: true });
// @ts-expect-error it is or isn't
defineEvent('order:placed', { sensitive: 'yes' });
// @ts-expect-error there is no such option
defineEvent('order:placed', { retained: true });
// @ts-expect-error a schema is more than an object
defineEvent('order:placed', { schema: {} });
