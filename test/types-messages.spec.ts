import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { compileText, version } from './support/compiler.js';

/** What a person did, and what the compiler is to say of it: all of it, as far as it matters. */
const MISTAKES: Record<string, { code: string; says: RegExp[]; lines: number }> = {
  'a topic misspelt in emit, with the topics that there are': {
    code: `bus.emit('order:plced', order);`,
    says: [/Argument of type '"order:plced"' is not assignable/, /"order:placed"/, /"order:cancelled"/],
    lines: 1,
  },
  'a topic misspelt in a large domain': {
    code: `bus.on('large:topic', () => {});`,
    says: [
      /Argument of type '"large:topic"' is not assignable to/,
      /"large:topic1"/,
      /\.\.\. \d+ more \.\.\./,
    ],
    lines: 1,
  },
  'a topic misspelt in a list under @OnEvent': {
    code: `class H { @OnEvent(['order:placed', 'order:plced']) on() {} }`,
    says: [
      /Type '"order:plced"' is not assignable to .*"order:cancelled".* Did you mean '"order:placed"'\?$/,
    ],
    lines: 4,
  },
  'wrong data in emit, at the property that is wrong': {
    code: `bus.emit('order:placed', { id: 'one' });`,
    says: [/^TS2322: Type 'string' is not assignable to type 'number'\.$/],
    lines: 1,
  },
  'data that is missing': {
    code: `bus.emit('order:placed');`,
    says: [/^TS2554: Expected 2-3 arguments, but got 1\.$/],
    lines: 1,
  },
  'a wildcard in emit': {
    code: `bus.emit('order:*', order);`,
    says: [/parameter of type 'TopicWithoutWildcards'/],
    lines: 2,
  },
  'a handler of other data': {
    code: `bus.on('order:placed', (item: { sku: string }) => item);`,
    says: [
      /Types of parameters 'item' and 'data' are incompatible/,
      /Property 'sku' is missing in type 'Order'/,
    ],
    lines: 3,
  },
  'a decorated method of other data': {
    code: `class H { @OnEvent('order:placed') on(item: { sku: string }) { return item; } }`,
    says: [
      /\(data: Order, event: BusEvent<Order>, context: HandlerContext<EventMap>\) => unknown/,
      /Types of parameters 'item' and 'data' are incompatible/,
      /Property 'sku' is missing in type 'Order' but required in type '{ sku: string; }'\.$/,
    ],
    lines: 6,
  },
  'a decorated method that takes the event for the data': {
    code: `class H { @OnEvent('order:placed') on(event: BusEvent<Order>) { return event; } }`,
    says: [/'event' and 'data' are incompatible/, /'Order' is missing .* from type 'BusEvent<Order>'/],
    lines: 6,
  },
  'a decorated method for one of the topics that its pattern hears': {
    code: `class H { @OnEvent('order:*') on(order: Order) { return order; } }`,
    says: [/'order' and 'data' are incompatible/, /Type 'void' is not assignable to type 'Order'\.$/],
    lines: 7,
  },
};

jest.setTimeout(60_000);

describe(`TypeScript ${version} tells a person of`, () => {
  const texts: string[] = [];

  beforeAll(() => {
    const code = Object.values(MISTAKES).map((mistake) => mistake.code);
    const large = Array.from({ length: 200 }, (_, n) => `'large:topic${n}': number;`).join(' ');
    const before = `
import { type BusEvent, type EventBus, OnEvent } from 'nestjs-event-bus';
interface Order { id: number }
declare module 'nestjs-event-bus' {
  interface EventMap { 'order:placed': Order; 'order:cancelled': Order; 'order:done': void; ${large} }
}
declare const bus: EventBus;
declare const order: Order;
`;
    const { problems } = compileText(before + code.map((each) => `{ ${each} }`).join('\n'));
    const first = before.split('\n').length;
    for (const { line, text } of problems) texts[line - first] = (texts[line - first] ?? '') + text;
  });

  it.each(Object.keys(MISTAKES))('%s', (name) => {
    const { says, lines } = MISTAKES[name]!;
    const text = texts[Object.keys(MISTAKES).indexOf(name)] ?? '';
    for (const each of says) expect(text).toMatch(each);
    expect(text.split('\n').length).toBeLessThanOrEqual(lines);
    expect(text.length).toBeLessThan(1_000);
  });
});
