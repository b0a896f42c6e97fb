import type { INestApplicationContext, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  type EventDefinition,
  InvalidArgumentError,
  isDefinition,
  type Rights,
  type PermissionMode,
  type RootEventBus,
  sourceOf,
  type TopicLike,
} from '../core/index.js';
import { BusHost } from './bus-host.js';
import { declaredRights } from './declared-rights.js';
import { EventBusHostModule, MODULE_OPTIONS } from './event-bus-host.module.js';
import { Explorer } from './explorer.js';
import { featureDefinitions, modulesThatDefine } from './feature-definitions.js';
import type { HandlerDeclaration } from './handler-declaration.js';
import { nameOf } from './handler-function.js';
import type { EventBusModuleOptions } from './module-options.js';
import { type ResolvedGrant, resolvePermissions } from './permission-options.js';
import { stepHosts } from './startup/step-finder.js';
import { classOf, type ModuleHost } from './wrappers.js';

/** A handler that a class of an application declares. */
interface AppHandler {
  /** `Module/Class.method` */
  readonly handler: string;
  readonly pattern: TopicLike;
  readonly options: object;
  /** Why it will never be called; undefined for one that will. */
  readonly deaf: string | undefined;
}

/** A startup step. */
interface AppStep {
  /** `Module/Class.method` */
  readonly step: string;
  readonly emits: TopicLike | undefined;
  /** The patterns that it waits for. */
  readonly after: readonly string[];
}

/** What a module, or one of its providers or controllers, declares by `@Emits` and `@Listens`, or is granted. */
interface AppRights extends Rights {
  /** `Module` or `Module/Class` */
  readonly holder: string;
  /** Whether it is a grant of the host, and no declaration. */
  readonly granted: boolean;
}

/** What an application tells of its events by itself. */
export interface AppEvents {
  /** The bus; undefined in Nest's preview mode, where nothing is made. */
  readonly bus: RootEventBus | undefined;
  /** What features define, and what handlers listen to, or steps emit, by its definition. */
  readonly definitions: readonly EventDefinition[];
  /** The modules that define the topic. */
  definedIn(topic: string): readonly string[];
  readonly handlers: readonly AppHandler[];
  readonly steps: readonly AppStep[];
  readonly rights: readonly AppRights[];
  /** Undefined in preview mode where the options come from a factory; grants aren't known there either. */
  readonly mode: PermissionMode | undefined;
  /** The option `sensitive`; empty in preview mode where the options come from a factory. */
  readonly sensitive: readonly string[];
}

/**
 * Reads what the classes of an application declare. Asks nothing of their instances, so that an application in Nest's preview
 * mode, where none are made, answers the same; but for the handlers of what factories return, which isn't known there.
 *
 * @throws InvalidArgumentError for what is no Nest application with the bus; InvalidHandlerError for a declaration that can't be used;
 * InvalidOptionError for such an option
 */
export function readAppEvents(app: INestApplicationContext): AppEvents {
  const modules = modulesOf(app);
  const host = [...modules.values()].find(({ metatype }) => metatype === EventBusHostModule);
  if (host === undefined)
    throw unusable(app, 'that imports EventBusModule.forRoot() of the same installation');
  const instance: unknown = host.providers.get(BusHost)?.instance;
  const { hosts, deaf } = new Explorer(modules).explore();
  const handlers = [
    ...hosts.flatMap(({ module, type, handlers: each }) =>
      each.map((declaration) => appHandler({ module, type }, declaration, undefined)),
    ),
    ...deaf.flatMap(({ module, type, handlers: each, reason }) =>
      each.map((declaration) => appHandler({ module, type }, declaration, reason)),
    ),
  ];
  const steps = stepHosts(modules).flatMap((each) =>
    each.steps.map(({ method, emits, after }): AppStep => {
      return { step: labelOf(each, method), emits, after: after.map(({ pattern }) => pattern) };
    }),
  );
  const options = optionsOf(host);
  const permissions = options && resolvePermissions(options.permissions);
  return {
    bus: instance instanceof BusHost ? instance.root : undefined,
    definitions: [
      ...featureDefinitions(modules),
      ...[...handlers.map(({ pattern }) => pattern), ...steps.map(({ emits }) => emits)].filter(isDefinition),
    ],
    definedIn: (topic) => modulesThatDefine(topic, modules),
    handlers,
    steps,
    rights: [...declaredIn(modules), ...grantedIn(modules, permissions?.grants ?? [])],
    mode: permissions?.mode,
    sensitive: options?.sensitive ?? [],
  };
}

function optionsOf(host: ModuleHost): EventBusModuleOptions | undefined {
  return (
    (host.providers.get(MODULE_OPTIONS)?.instance as EventBusModuleOptions | null | undefined) ?? undefined
  );
}

/** A subclass of a module has its grants, too. */
function grantedIn(modules: ModulesContainer, grants: readonly ResolvedGrant[]): readonly AppRights[] {
  const types = new Set([...modules.values()].map(({ metatype }) => metatype));
  return grants.flatMap(({ module, emits, listens }) =>
    [...types]
      .filter((type) => type === module || type.prototype instanceof module)
      .map(({ name }) => ({ holder: name, emits, listens, granted: true })),
  );
}

/** A module or class that stands several times is told once. */
function declaredIn(modules: ModulesContainer): readonly AppRights[] {
  const found = new Map<string, AppRights>();
  const add = (holder: string, type: Type<unknown>): void => {
    const rights = declaredRights(type);
    if (rights.emits !== undefined || rights.listens !== undefined)
      found.set(holder, { holder, ...rights, granted: false });
  };
  for (const { name, metatype, providers, controllers } of modules.values()) {
    add(name, metatype);
    for (const wrapper of [...providers.values(), ...controllers.values()]) {
      const type = classOf(wrapper);
      if (type !== undefined && type !== metatype) add(`${name}/${type.name}`, type);
    }
  }
  return [...found.values()];
}

function appHandler(
  holder: MethodHolder,
  { method, pattern, options = {} }: HandlerDeclaration,
  deaf: string | undefined,
): AppHandler {
  return { handler: labelOf(holder, method), pattern, options, deaf };
}

/** Whose method it is. */
interface MethodHolder {
  readonly module: string | undefined;
  readonly type: Type<unknown>;
}

function labelOf({ module, type }: MethodHolder, method: string | symbol): string {
  const source = sourceOf(module === undefined ? { class: type.name } : { module, class: type.name });
  return `${source}.${nameOf(method)}`;
}

function modulesOf(app: INestApplicationContext): ModulesContainer {
  if (typeof (app as Partial<INestApplicationContext> | null | undefined)?.get !== 'function') {
    throw unusable(app, 'such as NestFactory.createApplicationContext() answers');
  }
  return app.get(ModulesContainer, { strict: false });
}

function unusable(app: unknown, which: string): InvalidArgumentError {
  return new InvalidArgumentError('app', app, `To tell its events takes a Nest application ${which}.`);
}
