import { describe, expect, it } from '@jest/globals';
import { InvalidOptionError } from 'nestjs-event-bus';
import { resolveHealthOptions } from '../../src/health/health-options.js';

const resolve = (options: unknown, kept = 1_000) => resolveHealthOptions(options as never, kept);

describe('The options of isHealthy()', () => {
  it('are no limits unless given', () => {
    const none = { maxDeadLetters: Infinity, maxPaused: Infinity, maxQueueFill: Infinity };
    expect(resolve({})).toEqual(none);
    expect(resolve({ maxPaused: undefined })).toEqual(none);
    expect(resolve(none)).toEqual(none);
    expect(resolve({ maxDeadLetters: 0, maxPaused: 1, maxQueueFill: 0.5 })).toEqual({
      maxDeadLetters: 0,
      maxPaused: 1,
      maxQueueFill: 0.5,
    });
  });

  it.each([
    ['maxDeadLetters', -1, 'a whole number of at least 0, or Infinity'],
    ['maxDeadLetters', 1.5, 'a whole number'],
    ['maxDeadLetters', '3', 'a whole number'],
    ['maxPaused', NaN, 'a whole number'],
    ['maxPaused', true, 'a whole number'],
    ['maxQueueFill', 1, 'a share from 0 to less than 1'],
    ['maxQueueFill', 80, 'a share from 0 to less than 1'],
    ['maxQueueFill', -0.1, 'a share from 0 to less than 1'],
    ['maxQueueFill', NaN, 'a share from 0 to less than 1'],
    ['maxPause', 1, 'It knows maxDeadLetters, maxPaused, maxQueueFill.'],
  ])('are refused where they can’t work: %s %p', (option, value, expected) => {
    const refuse = (): unknown => resolve({ [option]: value });
    expect(refuse).toThrow(InvalidOptionError);
    expect(refuse).toThrow(expected);
  });

  it.each([[1_000], [5_000]])(
    'are refused where they are never exceeded: %p of 1000 dead letters',
    (limit) => {
      expect(() => resolve({ maxDeadLetters: limit })).toThrow(
        `The option "maxDeadLetters" of isHealthy() is ${limit}, which is never exceeded: the bus keeps 1000 dead letters at most`,
      );
      expect(() => resolve({ maxDeadLetters: 0 }, 0)).toThrow(InvalidOptionError);
    },
  );

  it.each([[null], ['all'], [[]]])('are an object, not %p', (options) => {
    expect(() => resolve(options)).toThrow('The options of isHealthy() must be an object');
  });
});
