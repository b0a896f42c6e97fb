import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { delayAfter, policyOf } from '../../../src/core/delivery/delivery-policy.js';

describe('The policy of a subscription', () => {
  it('is none where nothing is asked for', () => {
    expect(policyOf({}, {})).toBeUndefined();
    expect(policyOf({ retry: { attempts: 1 } }, {})).toBeUndefined();
  });

  it('has the defaults of the docs', () => {
    expect(policyOf({ retry: {}, pause: { failures: 5 } }, {})).toEqual({
      timeout: Infinity,
      retry: {
        attempts: 3,
        backoff: { type: 'exponential', delay: 100, max: 30_000 },
        retryIf: undefined,
      },
      pause: { failures: 5, resumeAfter: 30_000 },
    });
  });

  it('takes the bus’s defaults where it has none of its own, each as a whole', () => {
    const defaults = { timeout: 5, retry: { attempts: 7, backoff: 9 }, pause: { failures: 3 } };
    expect(policyOf({}, defaults)).toMatchObject({
      timeout: 5,
      retry: { attempts: 7, backoff: { type: 'fixed', delay: 9 } },
      pause: { failures: 3 },
    });
    expect(policyOf({ retry: { attempts: 2 } }, defaults)).toMatchObject({
      timeout: 5,
      retry: { attempts: 2, backoff: { type: 'exponential', delay: 100 } },
    });
  });

  it('switches each of them off with false, and the timeout with Infinity', () => {
    const defaults = { timeout: 5, retry: {}, pause: { failures: 3 } };
    expect(policyOf({ timeout: Infinity, retry: false, pause: false }, defaults)).toBeUndefined();
  });
});

describe('The wait between attempts', () => {
  const attempts = fc.integer({ min: 1, max: 2_000 });
  const ms = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  const random = fc.double({ min: 0, max: 1, noNaN: true });

  it('is the delay, if that is fixed', () => {
    fc.assert(
      fc.property(attempts, ms, random, (attempt, delay, r) => {
        expect(delayAfter(attempt, { type: 'fixed', delay, max: 5 }, r)).toBe(delay);
      }),
    );
  });

  it('is random between nothing and what doubles with each attempt, but no more than the maximum', () => {
    fc.assert(
      fc.property(attempts, ms, ms, random, (attempt, delay, max, r) => {
        const waited = delayAfter(attempt, { type: 'exponential', delay, max }, r);
        expect(waited).toBe(r * Math.min(max, delay * 2 ** Math.min(attempt - 1, 1_000)));
        expect(waited).toBeLessThanOrEqual(max);
      }),
    );
    const most = [1, 2, 3, 9, 10].map((n) =>
      delayAfter(n, { type: 'exponential', delay: 100, max: 30_000 }, 1),
    );
    expect(most).toEqual([100, 200, 400, 25_600, 30_000]);
    expect(delayAfter(5_000, { type: 'exponential', delay: 0, max: 10 }, 1)).toBe(0);
  });
});
