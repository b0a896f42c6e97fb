import type { ModulesContainer } from '@nestjs/core';
import {
  DefinitionConflictError,
  type EventDefinition,
  InvalidArgumentError,
  isDefinition,
  type RootEventBus,
} from '../core/index.js';
import type { ModuleHost } from './wrappers.js';

/** The token under which a module made by `forFeature()` holds its definitions. */
export const FEATURE_DEFINITIONS = Symbol.for('nestjs-event-bus:feature-definitions');

/** @throws InvalidArgumentError */
export function checkDefinitions(definitions: readonly EventDefinition[]): void {
  if (!Array.isArray(definitions)) throw unusable(definitions, 'that is no list');
  const list = definitions as readonly unknown[];
  const wrong = list.findIndex((each) => !isDefinition(each));
  if (wrong === -1) return;
  const circle =
    'it is undefined. Files that import each other in a circle do that: define the event in a file of its own';
  throw unusable(list[wrong], `number ${wrong + 1} is none${list[wrong] === undefined ? `: ${circle}` : ''}`);
}

function unusable(value: unknown, reason: string): InvalidArgumentError {
  return new InvalidArgumentError(
    'definitions',
    value,
    `EventBusModule.forFeature() needs a list of what defineEvent() returns, and ${reason}.`,
  );
}

/** Makes the definitions of all features that Nest knows of known to the bus. @throws DefinitionConflictError */
export function registerFeatures(root: RootEventBus, modules: ModulesContainer): void {
  registerDefinitions(root, modules, featureDefinitions(modules));
}

/** The definitions of all features that Nest knows of. */
export function featureDefinitions(modules: ModulesContainer): readonly EventDefinition[] {
  return [...modules.values()].flatMap(definitionsIn);
}

/** @throws DefinitionConflictError, which names the modules */
export function registerDefinitions(
  root: RootEventBus,
  modules: ModulesContainer,
  definitions: readonly EventDefinition[],
): void {
  for (const definition of definitions) {
    try {
      root.register(definition);
    } catch (error) {
      if (!(error instanceof DefinitionConflictError)) throw error;
      throw new DefinitionConflictError(definition.topic, modulesThatDefine(definition.topic, modules));
    }
  }
}

/** The names of the modules that import a feature of which this holds. */
export function featureModules(
  modules: ModulesContainer,
  isMeant: (definitions: readonly EventDefinition[]) => boolean,
): readonly string[] {
  const features = [...modules.values()].filter(
    (module) => module.providers.has(FEATURE_DEFINITIONS) && isMeant(definitionsIn(module)),
  );
  const importing = [...modules.values()].filter(({ imports }) =>
    features.some((feature) => imports.has(feature)),
  );
  return [...new Set(importing.map(({ name }) => name))];
}

/** The names of the modules that import a feature with a definition of the topic. */
export function modulesThatDefine(topic: string, modules: ModulesContainer): readonly string[] {
  return featureModules(modules, (definitions) => definitions.some((each) => each.topic === topic));
}

/** What the features define that a module imports. */
export function definitionsOf({ imports }: ModuleHost): readonly EventDefinition[] {
  return [...imports].flatMap(definitionsIn);
}

function definitionsIn(module: ModuleHost): readonly EventDefinition[] {
  return (
    (module.providers.get(FEATURE_DEFINITIONS)?.instance as readonly EventDefinition[] | undefined) ?? []
  );
}
