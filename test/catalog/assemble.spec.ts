import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defineEvent } from 'nestjs-event-bus';
import { catalogueOf, emits, hears } from './facts.js';

const OWNERS = ['OrdersModule', 'MailModule/Mail.send', 'AuditModule/Audit.log', 'b', 'a', 'Ä'];
const PATTERNS = ['order:placed', 'order.placed', 'order:*', 'order:**', '**', 'Order:placed', 'mail:sent'];

describe('Assembling a catalogue', () => {
  it('answers the same, to the byte, in whatever order the facts come', () => {
    const facts = fc.uniqueArray(fc.tuple(fc.constantFrom(...OWNERS), fc.constantFrom(...PATTERNS)), {
      selector: (pair) => pair.join(' '),
    });
    const shuffled = <T>(list: readonly T[]) => fc.shuffledSubarray([...list], { minLength: list.length });
    const property = fc.property(
      facts.chain((emitted) => fc.tuple(fc.constant(emitted), shuffled(emitted))),
      facts.chain((heard) => fc.tuple(fc.constant(heard), shuffled(heard))),
      ([emitted, emittedToo], [heard, heardToo]) => {
        const texts = [
          [emitted, heard],
          [emittedToo, heardToo],
        ].map(([from, to]) =>
          JSON.stringify(
            catalogueOf({
              emitters: from!.flatMap(([who, pattern]) => emits(who, pattern)),
              listeners: to!.flatMap(([who, pattern]) => hears(who, pattern)),
            }),
          ),
        );
        expect(texts[0]).toBe(texts[1]);
      },
    );
    fc.assert(property);
  });

  it('knows a topic by its definition, by who emits it and by who hears it, and lists it once', () => {
    const { topics } = catalogueOf({
      definitions: [defineEvent('order:placed'), defineEvent('order:lost')],
      emitters: emits('OrdersModule', 'order:placed', 'order:paid'),
      listeners: hears('MailModule/Mail.send', 'order:placed', 'order:sent', 'order:**'),
    });
    expect(topics.map(({ topic }) => topic)).toEqual([
      'order:lost',
      'order:paid',
      'order:placed',
      'order:sent',
    ]);
  });

  it('has the bus itself as emitter of its own topics, which are in it where they are heard', () => {
    const heard = catalogueOf({ listeners: hears('AlarmModule/Alarm.ring', 'system:handler_failed') });
    expect(heard.topics).toEqual([
      expect.objectContaining({
        topic: 'system:handler_failed',
        description: expect.stringContaining('failed'),
        emitters: [{ emitter: 'nestjs-event-bus', pattern: 'system:handler_failed' }],
      }),
    ]);
    expect(heard.findings).toEqual([]);
    expect(catalogueOf({}).topics).toEqual([]);
    expect(catalogueOf({ listeners: hears('x', 'system:*') }).topics.length).toBeGreaterThan(1);
    // Who hears everything doesn't mean them.
    expect(catalogueOf({ listeners: hears('x', '**', '*:handler_failed') }).topics).toEqual([]);
  });

  it('leaves the description to the definition, also of a topic of the bus', () => {
    const described = catalogueOf({
      definitions: [defineEvent('system:stopping', { description: 'Ours' })],
      listeners: hears('x', 'system:stopping'),
    });
    expect(described.topics[0]?.description).toBe('Ours');
  });

  it('is plain data', () => {
    const found = catalogueOf({
      definitions: [defineEvent('order:placed', { retain: true })],
      emitters: emits('OrdersModule', 'order:*'),
      listeners: hears('x', '**'),
      permissions: { mode: 'declared', rights: [{ holder: 'OrdersModule', emits: ['order:*'] }] },
    });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(structuredClone(found)).toEqual(found);
  });

  it('is not misled by topics that are names of every object', () => {
    const { topics } = catalogueOf({ listeners: hears('x', '__proto__', 'constructor', 'toString') });
    expect(topics.map(({ topic, description }) => [topic, description])).toEqual([
      ['__proto__', undefined],
      ['constructor', undefined],
      ['toString', undefined],
    ]);
  });
});
