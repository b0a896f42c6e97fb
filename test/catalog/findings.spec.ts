import { describe, expect, it } from '@jest/globals';
import { defineEvent } from 'nestjs-event-bus';
import { catalogueOf, emits, hears } from './facts.js';

type Known = Parameters<typeof catalogueOf>[0];
const found = (known: Known) => catalogueOf(known).findings.map(({ kind, subject }) => `${kind} ${subject}`);
const messages = (known: Known) => catalogueOf(known).findings.map(({ message }) => message);

describe('A finding', () => {
  it('is a topic that is heard and that nobody declares to emit', () => {
    const known = {
      emitters: emits('OrdersModule', 'order:placed'),
      listeners: hears('MailModule/Mail.send', 'order:placed', 'order:paid'),
    };
    expect(found(known)).toEqual(['not-emitted order:paid']);
    expect(messages(known)).toEqual([
      '"order:paid" is heard by MailModule/Mail.send, and nobody declares to emit it.',
    ]);
  });

  it('is a topic that is emitted or defined, and heard by nobody', () => {
    const known = {
      definitions: [defineEvent('order:lost'), defineEvent('order:sent')],
      definedIn: (topic: string) => (topic === 'order:lost' ? ['OrdersModule', 'ShopModule'] : []),
      emitters: [...emits('OrdersModule', 'order:placed', 'order:sent'), ...emits('JobsModule', 'job:*')],
    };
    expect(messages(known)).toEqual([
      '"order:lost" is defined by OrdersModule and ShopModule, and heard by nobody.',
      '"order:placed" is emitted by OrdersModule, and heard by nobody.',
      '"order:sent" is emitted by OrdersModule, and heard by nobody.',
      '"job:*" is emitted by JobsModule, and heard by nobody.',
    ]);
    // Who hears everything hears it, too; but it still comes from nowhere.
    expect(found({ ...known, listeners: hears('x', '**') })).toEqual(['not-emitted order:lost']);
  });

  it('is a pattern that matches nothing that is defined or declared to be emitted', () => {
    const known = {
      emitters: emits('OrdersModule', 'order:placed', 'cart:*'),
      listeners: hears('x', 'order:*', 'cart:**', 'invoice:*', 'cart:x:*'),
    };
    expect(found(known)).toEqual(['never-matches cart:x:*', 'never-matches invoice:*']);
  });

  it('is a pattern or a topic that nearly matches, with what was probably meant', () => {
    const known = {
      definitions: [defineEvent('order:placed')],
      listeners: hears('MailModule/Mail.send', 'order.*', 'order.placed', 'order:placed'),
    };
    expect(messages(known)).toEqual([
      expect.stringMatching(/^"order\.placed" is heard by MailModule.* Is "order:placed" meant\?/),
      expect.stringMatching(/^MailModule\/Mail\.send listens to "order\.\*", .* Is "order:placed" meant\?/),
    ]);
    expect(found({ ...known, listeners: hears('x', '*', 'order:placed') })).toEqual(['never-matches *']);
  });

  it('is not that nobody emits, where nobody declares what he emits', () => {
    expect(found({ listeners: hears('x', 'order:placed', 'invoice:*') })).toEqual([]);
  });

  it('is not what a declaration covers in part, or the other way round', () => {
    expect(
      found({ emitters: emits('A', 'order:*', 'a:*:c'), listeners: hears('x', 'order:placed', 'a:b:*') }),
    ).toEqual([]);
  });

  it('is a handler that is never called', () => {
    expect(messages({ deaf: [{ handler: 'B/C.d', reason: 'its provider is transient' }] })).toEqual([
      'B/C.d will never be called: its provider is transient.',
    ]);
  });
});
