import 'reflect-metadata';
import { Injectable, Scope } from '@nestjs/common';
import { INQUIRER } from '@nestjs/core';
import { EventBus, EventBusModule } from '../contenders/built-bus.mjs';

/** A class that has these injected. @param onMade called by its constructor */
export function injectingProvider(tokens, onMade, options) {
  class Provider {
    constructor(...injected) {
      this.injected = injected;
      onMade();
    }
  }
  Injectable(options)(Provider);
  Reflect.defineMetadata('design:paramtypes', tokens, Provider);
  return Provider;
}

class Plain {}
Injectable()(Plain);
class AnyTransient {}

/** A global module with one provider, and its token. */
function provided(provider, token) {
  class ProvidingModule {}
  return {
    module: { module: ProvidingModule, global: true, providers: [provider], exports: [token] },
    token,
  };
}

/** What is injected, and the module that it comes from. */
export const INJECTED = {
  /** The cheapest there is: one object for all. */
  'a plain singleton': provided(Plain, Plain),
  /** What Nest takes for anything that it makes for each who asks, and that asks who that is. */
  'any transient': provided(
    {
      provide: AnyTransient,
      scope: Scope.TRANSIENT,
      useFactory: (plain, inquirer) => ({ plain, inquirer }),
      inject: [Plain, INQUIRER],
    },
    AnyTransient,
  ),
  'bus-nest': { module: EventBusModule.forRoot(), token: EventBus },
};
INJECTED['any transient'].module.providers.push(Plain);
