import { afterEach, it, vi } from 'vitest';
import { fakeTimersContract } from '../fake-timers-contract.js';

afterEach(() => {
  vi.useRealTimers();
});

it.each(Object.entries(fakeTimersContract))('%s', (_, test) => test(vi));
