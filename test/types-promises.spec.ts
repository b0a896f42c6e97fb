import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Compilation, compileFiles, version } from './support/compiler.js';

const MAP = `
import { applyDecorators } from '@nestjs/common';
import type { BusEvent, EventBus, HandlerContext, StandardSchema } from 'nestjs-event-bus';
import { defineEvent, OnEvent, RootEventBus } from 'nestjs-event-bus';
export { applyDecorators, defineEvent, OnEvent, RootEventBus };
export type { BusEvent, EventBus, HandlerContext, StandardSchema };
export interface Booking { id: number }
export interface Seat { seat: string }
declare module 'nestjs-event-bus' {
  interface EventMap {
    'booking:made': Booking;
    'booking:seat:taken': Seat;
    'booking:seat:row:taken': Seat;
    'booking:cleared': void;
    'booking:noted': string | undefined;
    'payment.taken': { amount: number };
  }
}
export declare const bus: EventBus;
export declare const text: string;
export type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
export declare function holds<_T extends true>(): void;
`;

/** What docs/typed-events.md promises, each with the code that shows it. */
const PROMISES: Record<string, string> = {
  'In a domain that the map knows, only its topics can be emitted and heard': `
    bus.emit('booking:made', { id: 1 });
    bus.on('booking:made', () => {});
    // @ts-expect-error
    bus.emit('booking:mode', { id: 1 });
    // @ts-expect-error
    bus.on('booking:mode', () => {});
    // @ts-expect-error
    export class Listener { @OnEvent('booking:mode') on() {} }`,
  'A domain ends with the first separator of a topic': `
    bus.emit('bookings:made', 1);
    bus.emit('payment.taken', { amount: 1 });
    // @ts-expect-error
    bus.emit('booking.made', { id: 1 });
    // @ts-expect-error
    bus.emit('payment:taken', { amount: 1 });`,
  'Data is checked by topic, and may be left out only where it may be undefined': `
    bus.emit('booking:cleared');
    bus.emit('booking:noted');
    // @ts-expect-error
    bus.emit('booking:made');
    // @ts-expect-error
    bus.emit('booking:made', { seat: 'A' });
    // @ts-expect-error
    bus.emit('booking:cleared', 1);`,
  "In a domain that the map doesn't know, any topic goes, and handlers get `any`": `
    bus.emit('plugin:loaded');
    bus.emit('plugin:loaded', 1);
    bus.on('plugin:loaded', (data) => holds<Same<typeof data, any>>());`,
  'A pattern gets the union of the data of all topics that it hears': `
    bus.on('booking:*', (data) => holds<Same<typeof data, Booking | string | undefined | void>>());
    bus.on('booking:**:taken', (data, event) => {
      holds<Same<typeof data, Seat>>();
      holds<Same<typeof event, BusEvent<Seat>>>();
    });`,
  "A pattern that hears no topic of a known domain doesn't compile": `
    // @ts-expect-error
    bus.on('booking:*:lost', () => {});
    // @ts-expect-error
    bus.on('booking.**', () => {});
    // @ts-expect-error
    export class Listener { @OnEvent('booking:*:lost') on() {} }`,
  'A pattern that may hear topics of unknown domains gets `any`': `
    bus.on('**', (data) => holds<Same<typeof data, any>>());
    bus.on('*', (data) => holds<Same<typeof data, any>>());
    bus.on('*:made', (data) => holds<Same<typeof data, any>>());
    bus.on('shop:*', (data) => holds<Same<typeof data, any>>());`,
  'A pattern with both `*` and `**` may be credited with too many topics, never with too few': `
    bus.on('booking:*:**', (data) => { // of which the bus brings all
      const any: Booking | Seat | string | undefined | void = data;
      holds<Same<Extract<typeof data, Seat>, Seat>>();
      return any;
    });
    bus.on('booking:**:*:taken', (data) => holds<Same<typeof data, Seat>>());`,
  "A wildcard can't be emitted": `
    // @ts-expect-error
    bus.emit('booking:*', { id: 1 });
    // @ts-expect-error
    bus.emit('plugin:**');`,
  'A decorated method takes up to three parameters, of the types that come or wider ones': `
    export class Listener {
      @OnEvent('booking:made') none() {}
      @OnEvent('booking:made') private async one(booking: Booking) { void [booking, this.one]; }
      @OnEvent('booking:made') two(_booking: Booking | Seat, event: BusEvent) { return event; }
      @OnEvent('booking:made') three(_booking: unknown, _event: unknown, context: HandlerContext) { return context; }
      // @ts-expect-error
      @OnEvent('booking:made') other(seat: Seat) { return seat; }
      // @ts-expect-error
      @OnEvent('booking:made') narrower(booking: Booking & Seat) { return booking; }
      // @ts-expect-error
      @OnEvent('booking:made') four(_data: Booking, _event: BusEvent, _context: HandlerContext, _more: number) {}
    }`,
  'A list of patterns brings the union of their data, and stacked decorators each check the method': `
    export class Listener {
      @OnEvent(['booking:made', 'booking:seat:*']) list(data: Booking | Seat) { return data; }
      @OnEvent('booking:made') @OnEvent('booking:seat:*') stacked(data: Booking | Seat) { return data; }
      // @ts-expect-error
      @OnEvent(['booking:made', 'booking:seat:*']) short(data: Booking) { return data; }
      @OnEvent('booking:made')
      // @ts-expect-error
      @OnEvent('booking:seat:*')
      half(data: Booking) { return data; }
    }`,
  'A decorator made by `applyDecorators` checks nothing': `
    const Composed = () => applyDecorators(OnEvent('booking:made'));
    export class Listener { @Composed() on(seat: Seat) { return seat; } }`,
  'A definition brings the types of its schema, or its own, or those of the map': `
    declare const schema: StandardSchema<{ id: string }, Booking>;
    const BySchema = defineEvent('import:booking', { schema });
    const Own = defineEvent<'print:booking', { copies: number }>('print:booking');
    const ByMap = defineEvent('booking:made');
    bus.emit(BySchema, { id: '1' });
    bus.on(BySchema, (data) => holds<Same<typeof data, Booking>>());
    bus.on(Own, (data) => holds<Same<typeof data, { copies: number }>>());
    bus.on(ByMap, (data) => holds<Same<typeof data, Booking>>());
    // @ts-expect-error
    bus.emit(BySchema, { id: 1 });
    // @ts-expect-error
    export class Listener { @OnEvent(BySchema) on(data: { id: string }) { return data; } }`,
  'A computed topic is checked as far as the compiler knows it': `
    bus.emit(text, 1);
    bus.on(text, (data) => holds<Same<typeof data, any>>());
    bus.emit(\`booking:seat:\${text}\`, { seat: 'A' });
    // @ts-expect-error
    bus.emit(\`booking:seat:\${text}\`, { id: 1 });
    // @ts-expect-error
    bus.emit(\`booking:cart:\${text}\`, { id: 1 });
    bus.emit(text as never, 1);`,
  "The bus's own events are typed, and leave their domain open": `
    bus.on('system:handler_failed', ({ topic, eventId }) => [topic.length, eventId.length]);
    bus.emit('system:anything', 1);
    // @ts-expect-error
    bus.emit('system:handler_failed', 1);`,
  "Two declarations of one topic with different data don't compile": `
    declare module 'nestjs-event-bus' { interface EventMap { 'twice:declared': number } }
    declare module 'nestjs-event-bus' {
      interface EventMap {
        // @ts-expect-error
        'twice:declared': string;
      }
    }`,
  'A bus may have a map of its own': `
    const jobs = new RootEventBus<{ 'job:done': Booking; [topic: \`log:\${string}\`]: string }>();
    jobs.emit('job:done', { id: 1 });
    jobs.emit('log:worker.7', 'started');
    jobs.emit('booking:made', 'anything');
    // @ts-expect-error
    jobs.emit('job:done', {});`,
  'An interface in a decorated method needs `import type`': `
    import { Booking as Plain } from './map.js';
    import type { Booking as ByType } from './map.js';
    export class Listener {
      @OnEvent('booking:made') good(booking: ByType) { return booking; }
      // @ts-expect-error TS1272
      @OnEvent('booking:made') bad(booking: Plain) { return booking; }
    }`,
};
const NAMES = Object.keys(PROMISES);

jest.setTimeout(60_000);

describe(`The types, by TypeScript ${version}:`, () => {
  let compilation: Compilation;

  beforeAll(() => {
    const imports = `import { type BusEvent, type EventBus, type HandlerContext, type Seat, type StandardSchema, type Same,
      type Booking, applyDecorators, bus, defineEvent, holds, OnEvent, RootEventBus, text } from './map.js';`;
    const files = Object.values(PROMISES).map((code, n) => [`promise${n}.ts`, imports + code] as const);
    // As in most apps, where it would ask for `import type` with every type.
    const options = { verbatimModuleSyntax: false };
    compilation = compileFiles({ 'map.ts': MAP, ...Object.fromEntries(files) }, options);
  });

  it.each(NAMES)('%s', (name) => {
    const file = `promise${NAMES.indexOf(name)}.ts`;
    expect(compilation.problems.filter((problem) => problem.file === file)).toEqual([]);
  });

  it('are told of a program without other faults', () => {
    expect(compilation.problems.filter(({ file }) => !/^promise\d+\.ts$/.test(file))).toEqual([]);
  });
});
