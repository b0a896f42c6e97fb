/** Options of @swc/core that make its output what tsc's would be, decorator metadata included. */
const swc = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
};

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.spec.ts', '<rootDir>/sample-app/**/*.{spec,e2e-spec}.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/sample-app/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  // Specs run against the sources: the package's own name, its subpaths, and `.js` suffixes of relative imports.
  moduleNameMapper: {
    '^nestjs-event-bus$': '<rootDir>/src/index.ts',
    '^nestjs-event-bus/(.*)$': '<rootDir>/src/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  // jest leaves one core free by default, which on a small machine is half of it.
  maxWorkers: '100%',
  // A machine under load must not decide a test; what hangs is still told.
  testTimeout: 30_000,
  setupFiles: ['reflect-metadata'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
  coverageDirectory: 'coverage',
};
