import { Scope } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import { moduleOf, startApp } from '../nest/handler-app.mjs';
import { INJECTED, injectingProvider } from '../nest/injecting-providers.mjs';

const OTHER_MODULES = 30;

/**
 * What it costs a request that a request-scoped provider has the bus injected, which is made for it: `ModuleRef.resolve()` in the
 * tree of a new request. That is all that Nest does for it, without the HTTP around, which would hide the difference.
 */
export const scenario = {
  name: 'injected-views-request',
  title: 'request: a provider is made that has a bus injected',
  unit: 'ns',
  group: 'nest',
  reference: 'a plain singleton',
  contenders: Object.keys(INJECTED),
  variants: INJECTED,
  async prepare({ contender: { module, token }, handlers }) {
    const PerRequest = injectingProvider([token], () => handlers.calls++, { scope: Scope.REQUEST });
    const others = Array.from({ length: OTHER_MODULES }, () => moduleOf({ providers: [] }));
    const app = await startApp(moduleOf({ imports: [module, ...others], providers: [PerRequest] }));
    return {
      callsPerRun: 1,
      async run(n) {
        for (let count = 0; count < n; count++) await app.resolve(PerRequest, ContextIdFactory.create());
      },
    };
  },
};
