import { describe, expect, it } from '@jest/globals';
import { plainOptions } from '../../src/catalog/listener.js';

describe('The options of a listener', () => {
  it('are plain data in the order of their names, functions only named', () => {
    const options = {
      retry: { retryIf: () => true, attempts: 3, backoff: [1, Infinity] },
      filter: () => true,
      key: false,
      replay: undefined,
      priority: -Infinity,
      early: true,
      symbol: Symbol('x'),
      nothing: null,
    };
    expect(JSON.stringify(plainOptions(options))).toBe(
      '{"early":true,"filter":"function","key":false,"nothing":null,"priority":"-Infinity",' +
        '"retry":{"attempts":3,"backoff":[1,"Infinity"],"retryIf":"function"},"symbol":"symbol"}',
    );
  });
});
