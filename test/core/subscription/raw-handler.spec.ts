import { describe, expect, it } from '@jest/globals';
import { RootEventBus } from 'nestjs-event-bus/core';
import { nameOf } from '../../../src/core/subscription/raw-handler.js';

describe('The name of a handler', () => {
  const bound = (handler: () => void): (() => void) => handler.bind(undefined);
  const throwing = Object.defineProperty(() => undefined, 'name', {
    get() {
      throw new Error('boom');
    },
  });
  const odd = Object.defineProperty(() => undefined, 'name', { value: 7 });

  it.each([
    ['send', function send() {}],
    ['send', bound(function send() {})],
    ['send', bound(bound(function send() {}))],
    ['(anonymous)', bound(() => undefined)],
    [
      '(anonymous)',
      (
        () => () =>
          undefined
      )(),
    ],
    ['(anonymous)', odd],
    ['(anonymous)', throwing],
  ])('is %s, and never an error', (name, handler) => {
    expect(nameOf(handler)).toBe(name);
  });

  it('that throws fails nobody', () => {
    const bus = new RootEventBus();
    const judged = bus.as({ rights: { listens: ['job:*'] } });
    for (const each of [bus, judged]) {
      expect(each.on('job:run', throwing).toJSON().handler).toBe('(anonymous)');
    }
  });
});
