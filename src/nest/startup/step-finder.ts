import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import {
  describeDenial,
  type EventBus,
  isDefinition,
  type Owner,
  type RootEventBus,
} from '../../core/index.js';
import { type Holder, holderOf } from '../explorer.js';
import { nameOf } from '../handler-function.js';
import type { Owners } from '../owners.js';
import { instanceOf, isInstantiated, prototypeOf } from '../wrappers.js';
import { type StepDeclaration, stepsOf } from './step-declaration.js';
import type { Step } from './step.js';

/** A step with all that it takes to carry it out. */
export interface FoundStep extends Step {
  readonly instance: object;
  readonly declaration: StepDeclaration;
  /** That of its owner, on which it emits. */
  readonly bus: EventBus;
}

/** An object with steps, or a provider of objects with steps. */
interface StepHost extends Holder {
  /** What it counts once by: the object or, where there is none, its provider. */
  readonly subject: object;
  readonly instance: object | undefined;
  readonly type: Type<unknown>;
  readonly steps: readonly StepDeclaration[];
}

/** Finds the startup steps of an application's providers and controllers. */
export class StepFinder {
  readonly #seen = new WeakSet<object>();

  constructor(
    private readonly modules: ModulesContainer,
    private readonly owners: Owners,
    private readonly root: RootEventBus,
  ) {}

  /** Those that were not found before; an object under several tokens, or in several modules, counts once. */
  find(): { steps: FoundStep[]; problems: string[] } {
    const steps: FoundStep[] = [];
    const problems: string[] = [];
    for (const host of stepHosts(this.modules)) {
      if (this.#seen.has(host.subject)) continue;
      this.#seen.add(host.subject);
      for (const declaration of host.steps) {
        const owner = this.owners.ofHandlers(host);
        const step = this.#step(host, declaration, owner);
        const problem = whyNoInstance(host, step.name) ?? this.#denial(owner, step.emits);
        if (problem !== undefined) problems.push(problem);
        // Also where there is a problem: what waits for it has no problem of its own.
        steps.push(step);
      }
    }
    return { steps, problems };
  }

  #step({ subject, module, type }: StepHost, declaration: StepDeclaration, owner: Owner): FoundStep {
    const { emits, after, optional, method } = declaration;
    return {
      name: `${[module, type.name].filter(Boolean).join('/')}.${nameOf(method)}`,
      emits: isDefinition(emits) ? emits.topic : emits,
      after,
      optional,
      instance: subject,
      declaration,
      bus: this.root.as(owner),
    };
  }

  /** Why the owner may not emit the topic, if so. */
  #denial(owner: Owner, topic: string | undefined): string | undefined {
    const denial = topic === undefined ? undefined : this.root.denialOf(owner, 'emits', topic);
    return denial?.refused === true ? describeDenial(denial) : undefined;
  }
}

/** Why there is no object whose method could be called, if so. */
function whyNoInstance({ instance, wrapper }: StepHost, step: string): string | undefined {
  if (instance !== undefined) return undefined;
  const scope = wrapper.isTransient ? 'transient' : 'request-scoped';
  return (
    `${step} can’t be a step: its provider is ${scope}, so there is no one object to call. ` +
    'Move it to a provider of default scope.'
  );
}

/** Whatever has steps, known before or not; what is to be made and isn't yet is left out. */
export function stepHosts(modules: ModulesContainer): readonly StepHost[] {
  const holders = new Map<object, Holder>();
  for (const { providers, controllers } of modules.values()) {
    for (const wrapper of [...providers.values(), ...controllers.values()]) {
      if (wrapper.isAlias || stepsOf(prototypeOf(wrapper)).length === 0) continue;
      const instance = instanceOf(wrapper);
      if (instance !== undefined && !isInstantiated(wrapper)) continue;
      const subject = instance ?? wrapper;
      holders.set(subject, holderOf(wrapper, holders.get(subject)));
    }
  }
  return [...holders].map(([subject, holder]) => {
    const prototype = prototypeOf(holder.wrapper) as { readonly constructor: Type<unknown> };
    return {
      ...holder,
      subject,
      instance: instanceOf(holder.wrapper),
      type: prototype.constructor,
      steps: stepsOf(prototype),
    };
  });
}
