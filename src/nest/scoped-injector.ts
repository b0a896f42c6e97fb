import type { Type } from '@nestjs/common';
import { type ContextId, ContextIdFactory, type ModuleRef } from '@nestjs/core';
import { Injector } from '@nestjs/core/injector/injector.js';
import type { BusEvent } from '../core/index.js';
import { EventRequest } from './event-request.js';
import type { ModuleHost, Slot, Wrapper } from './wrappers.js';

/** Makes, through Nest's own injector, what is not there once and for all. */
export class ScopedInjector {
  readonly #injector = new Injector();

  constructor(private readonly moduleRef: ModuleRef) {}

  /**
   * Opens the tree of request-scoped providers in which one call of a handler takes place. Nest keeps a tree for as long as
   * somebody refers to the id, so nothing has to be closed.
   *
   * @param slots of all that will be loaded. If all of it is durable and outlives the event, REQUEST is, as with Nest's own
   * requests, the payload of the strategy, not the event that happened to come first
   */
  open(event: BusEvent, slots: readonly Slot[]): ContextId {
    const request = new EventRequest(event);
    const context = ContextIdFactory.getByRequest(request);
    const payload: unknown = context.payload;
    const isDurable = slots.every(({ collection, token }) =>
      collection.get(token)!.isDependencyTreeDurable(),
    );
    const value: unknown = isDurable ? payload : Object.assign(request, payload);
    this.moduleRef.registerRequestByContextId(value, context);
    return context;
  }

  /** The instance of a provider, controller or enhancer in a tree, made if it isn't there. @throws what its making throws */
  load({ collection, token }: Slot, context: ContextId): Promise<unknown> {
    const wrapper = collection.get(token)!;
    return this.#injector.loadPerContext<unknown>(
      wrapper.instance,
      wrapper.host!,
      collection,
      context,
      wrapper,
    );
  }

  /**
   * Finds a class of enhancers in the module, or adds it: some versions of Nest overlook the enhancers of a class that stands
   * under another token, and all of them those of what a factory made.
   *
   * @throws when Nest can't make it
   */
  async enhancer(
    module: ModuleHost,
    type: Type<unknown>,
    kind: 'guard' | 'interceptor' | 'pipe' | 'filter',
  ): Promise<Wrapper> {
    const { injectables } = module;
    if (!injectables.has(type)) {
      module.addInjectable(type, kind);
      this.#injector.loadPrototype(injectables.get(type)!, injectables);
    }
    const wrapper = injectables.get(type)!;
    await this.#injector.loadInjectable(wrapper, module);
    return wrapper;
  }
}
