import type { Type } from '@nestjs/common';
import type { BusWarning, Denial } from '../core/index.js';
import type { BusHost } from './bus-host.js';
import { PermissionsError } from './errors.js';
import type { DeafHandlers, Discovery, Explorer, HandlerHost } from './explorer.js';
import { type HandlerFunctions, handlerFunctions, nameOf } from './handler-function.js';
import type { Owners } from './owners.js';
import type { ScopedInjector } from './scoped-injector.js';
import type { WaysAround } from './ways-around.js';
import { classOf, type ModuleHost } from './wrappers.js';

/** Subscribes what the explorer finds, and warns of what will surprise. */
export class Registrar {
  readonly #hostsByClass = new Map<Type<unknown>, HandlerHost[]>();

  constructor(
    private readonly bus: BusHost,
    private readonly explorer: Explorer,
    private readonly owners: Owners,
    private readonly injector: ScopedInjector,
    private readonly waysAround: WaysAround,
  ) {}

  /**
   * Subscribes the handlers that have come since the last time.
   *
   * @param isLoading as for {@link Explorer.explore}
   * @param among as there
   * @throws InvalidHandlerError, PermissionsError; nothing is subscribed then
   */
  async subscribe(isLoading = false, among?: ReadonlySet<ModuleHost>): Promise<void> {
    const discovery = this.explorer.explore(isLoading, among);
    const ways = this.#judge(discovery, among);
    const functions = await this.#functionsOf(discovery);
    for (const [host, ofMethod] of functions) this.#subscribe(host, ofMethod);
    this.bus.gate.openEarly();
    for (const warning of [...ways, ...this.#twins(discovery), ...discovery.deaf.map(deafWarning)]) {
      this.bus.root.warn(warning);
    }
  }

  async #functionsOf(discovery: Discovery): Promise<ReadonlyMap<HandlerHost, HandlerFunctions>> {
    try {
      const functions = new Map<HandlerHost, HandlerFunctions>();
      for (const host of discovery.hosts) functions.set(host, await handlerFunctions(host, this.injector));
      return functions;
    } catch (error) {
      this.explorer.forget(discovery);
      throw error;
    }
  }

  /**
   * Answers what is to be warned of.
   *
   * @throws PermissionsError for all that is refused, before anything is subscribed
   */
  #judge(discovery: Discovery, among: ReadonlySet<ModuleHost> | undefined): BusWarning[] {
    const { mode } = this.bus.rights;
    const ways = this.waysAround.find(among);
    // In report mode, each subscription tells of itself.
    const denials = mode === 'report' ? [] : discovery.hosts.flatMap((host) => this.#denialsOf(host));
    const refused = mode === 'strict' ? ways : [];
    if (denials.length + refused.length > 0) {
      this.explorer.forget(discovery);
      throw new PermissionsError(denials, refused);
    }
    return [
      ...ways.map((message) => ({ code: 'EVENT_BUS_WAY_AROUND', message })),
      ...this.waysAround.excesses(among).map((message) => ({ code: 'EVENT_BUS_BEYOND_GRANT', message })),
    ];
  }

  #denialsOf(host: HandlerHost): Denial[] {
    const owner = this.owners.ofHandlers(host);
    if (!this.bus.rights.bind(owner)) return [];
    const denied = host.handlers.map(({ method, pattern }) =>
      this.bus.root.denialOf(owner, 'listens', pattern, nameOf(method)),
    );
    return denied.filter((each) => each !== undefined);
  }

  #subscribe(host: HandlerHost, functions: HandlerFunctions): void {
    const { handlers } = host;
    const { root, gate } = this.bus;
    const bus = root.as(this.owners.ofHandlers(host));
    const early = new Set(handlers.filter(({ options }) => options?.early).map(({ method }) => method));
    for (const { method, pattern, options } of handlers) {
      // Early for one pattern is early for all: else an event that matches two would come early and once more at the start.
      const given = early.has(method) ? { ...options, early: true } : options;
      gate.on(bus, pattern, functions.get(method)!, given);
    }
  }

  /** A class of which Nest makes several objects: seldom meant, and each of them gets every event. */
  #twins({ hosts }: Discovery): BusWarning[] {
    const classes = new Set<Type<unknown>>();
    for (const host of hosts) {
      if (classOf(host.wrapper) === undefined) continue;
      this.#hostsByClass.set(host.type, [...(this.#hostsByClass.get(host.type) ?? []), host]);
      classes.add(host.type);
    }
    return [...classes].flatMap((type) => {
      const same = this.#hostsByClass.get(type)!;
      return same.length > 1 ? [twinsWarning(type, same)] : [];
    });
  }
}

function twinsWarning(type: Type<unknown>, same: readonly HandlerHost[]): BusWarning {
  return {
    code: 'EVENT_BUS_HANDLERS_TWICE',
    message:
      `${type.name} is provided ${same.length} times (in ${same.map(({ module }) => module).join(', ')}), so each of ` +
      'its handlers gets every event as many times. Provide it in one module, and export and import it from there.',
  };
}

function deafWarning({ type, module, handlers, reason }: DeafHandlers): BusWarning {
  const labels = new Set(handlers.map(({ method }) => `${module}/${type.name}.${nameOf(method)}`));
  return {
    code: 'EVENT_BUS_HANDLER_NOT_CALLED',
    message: `${[...labels].join(', ')} will never be called: ${reason}. Move it to a provider of default scope.`,
  };
}
