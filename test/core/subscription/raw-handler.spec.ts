import { describe, expect, it } from '@jest/globals';
import { RootEventBus } from 'nestjs-event-bus/core';
import { nameOf } from '../../../src/core/subscription/raw-handler.js';

describe('The name of a handler', () => {
  const throwing = Object.defineProperty(() => undefined, 'name', {
    get() {
      throw new Error('boom');
    },
  });
  const odd = Object.defineProperty(() => undefined, 'name', { value: 7 });

  it.each([
    ['send', function send() {}],
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
    expect(new RootEventBus().on('job:run', throwing).toJSON().handler).toBe('(anonymous)');
  });
});
