import {
  type DataOf,
  type EventMap,
  isDefinition,
  isTopic,
  type PatternArgument,
  toPattern,
  type TopicArgument,
  type TopicHint,
  type TopicLike,
} from '../../core/index.js';
import { InvalidStepError } from '../errors.js';
import { External } from './external.js';
import type { StepContext } from './step-context.js';
import { declareStep } from './step-declaration.js';
import type { Need } from './step.js';
import { checkStepOptions, type StepOptions } from './step-options.js';

/** What a step may wait for: a topic, a pattern, a definition, or what `external()` made of one. */
type Awaited = TopicHint<EventMap> | External;

/** `N` itself where it names known topics or open domains; else what the compiler is to say instead. */
type CheckedNeeds<N> = N extends readonly unknown[]
  ? { readonly [At in keyof N]: CheckedNeed<N[At]> }
  : CheckedNeed<N>;

type CheckedNeed<N> = N extends TopicLike ? PatternArgument<EventMap, N> : N;

/** Options of `@StartupStep()`. `T` is the topic that it emits, `N` what it waits for. */
export interface StartupStepOptions<T extends TopicLike, N> extends StepOptions {
  /** The topic, or the definition, of the event that the step ends with: what its method returns is the data. @default no event */
  emits?: TopicArgument<EventMap, T> | undefined;
  /**
   * What must have happened before it starts; of a list, all. A topic is one that another step emits, a pattern means every other
   * step whose topic matches, and `external()` what no step brings. @default nothing
   */
  after?: (N & CheckedNeeds<N>) | undefined;
}

/** A decorator for methods that return the data of what they emit, or a promise of it. */
export type StartupStepMethod<Data> = <Method extends (context: StepContext) => Data | PromiseLike<Data>>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * Makes a method of a provider or a controller a step of the startup. It is called once, as soon as all that it waits for has
 * happened, but not before every `onModuleInit` has run; the application waits for it before it listens (unless it is behind
 * something `external()`). A step that fails, fails the start.
 *
 * Inherited methods count, overriding ones only with a `@StartupStep()` of their own.
 *
 * @throws InvalidStepError when the class is defined, for an option that can't be used, and on anything but a method of instances
 */
export function StartupStep<
  const T extends TopicHint<EventMap>,
  const N extends Awaited | readonly Awaited[],
>(
  options: StartupStepOptions<T, N> & { emits: TopicArgument<EventMap, T> },
): StartupStepMethod<DataOf<EventMap, T>>;
export function StartupStep<const N extends Awaited | readonly Awaited[]>(
  options?: StartupStepOptions<never, N> & { emits?: undefined },
): StartupStepMethod<unknown>;
export function StartupStep(options: LooseOptions = {}): MethodDecorator {
  return (target: object, method: string | symbol, descriptor?: PropertyDescriptor) => {
    const isStatic = typeof target === 'function';
    const name = `${(isStatic ? target : target.constructor).name}.${String(method)}`;
    const fail = (reason: string, cause?: ErrorOptions): Error => new InvalidStepError(name, reason, cause);
    if (isStatic || typeof descriptor?.value !== 'function')
      throw fail('only methods of instances can be steps.');
    const { emits, after, ...rest } = checked(options, fail);
    if (!declareStep(target, { method, emits, after, ...rest })) {
      throw fail(
        'it has a @StartupStep() already. A method is one step; it may wait for several things: after: […].',
      );
    }
  };
}

interface LooseOptions extends StepOptions {
  emits?: TopicLike | undefined;
  after?: TopicLike | External | readonly (TopicLike | External)[] | undefined;
}

function checked(options: LooseOptions, fail: (reason: string, cause?: ErrorOptions) => Error) {
  try {
    const { emits, after = [], ...rest } = checkStepOptions(options);
    if (emits !== undefined && !isDefinition(emits) && !isTopic(emits)) {
      throw new TypeError(`"emits" must be a topic or a definition, not ${JSON.stringify(emits)}.`);
    }
    const list = isList(after) ? after : [after];
    return { ...rest, emits, after: list.map(toNeed) };
  } catch (error) {
    throw fail((error as Error).message, { cause: error });
  }
}

function toNeed(after: TopicLike | External): Need {
  if (after instanceof External) return { pattern: after.pattern, deadline: after.timeout };
  return { pattern: toPattern(after).source, deadline: undefined };
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
