import config from '../../jest.config.mjs';

/** What counts in the hundreds of thousands: `npm run test:stress`, one file after the other in one process with little heap. */
export default {
  ...config,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/stress/*.stress.ts'],
  testTimeout: 120_000,
};
