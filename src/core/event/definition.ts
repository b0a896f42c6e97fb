import {
  AsyncSchemaError,
  DefinitionConflictError,
  EventBusError,
  InvalidDataError,
  SchemaError,
} from '../errors.js';
import type { BusEvent } from './event.js';
import { withData } from './event.js';
import { checkDefinitionOptions } from '../options.js';
import type { Sensitivity } from '../history/sensitivity.js';
import { ignoreOutcome, isThenable } from '../thenable.js';
import { assertTopic } from './topic.js';

/** The part of the Standard Schema interface (https://standardschema.dev) that the bus uses: zod, valibot, arktype and others have it. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export interface DefinitionOptions<Input = unknown, Output = Input> {
  /** Checks, and may transform, the data of every emit before anything is delivered. @default none */
  schema?: StandardSchema<Input, Output>;
  /** Keep the last event of this topic for `waitFor(…, { past: true })` and `replay: 'last'`. @default false */
  retain?: boolean;
  /**
   * Its data is for handlers alone: history, streams, replays, dead letters, error messages and the log show that it
   * happened, without data and metadata. @default false
   */
  sensitive?: boolean;
  /** What it means, for people. @default none */
  description?: string;
}

/** Marks what `defineEvent` made, so that no other object with a topic (an event, say) is taken for a definition. */
export const DEFINITION = Symbol.for('nestjs-event-bus:definition');

/** A topic with what is known about it; stands wherever a topic does. `Input` is what is emitted, `Output` what handlers get. */
export interface EventDefinition<Topic extends string = string, Input = unknown, Output = Input> {
  /** @internal */
  readonly [DEFINITION]: true;
  readonly topic: Topic;
  readonly schema: StandardSchema<Input, Output> | undefined;
  readonly retain: boolean;
  readonly sensitive: boolean;
  readonly description: string | undefined;
}

/**
 * Defines an event once, to be emitted and listened to by the definition instead of the bare topic.
 *
 * @throws InvalidTopicError, InvalidOptionError
 */
export function defineEvent<const Topic extends string, Input = unknown, Output = Input>(
  topic: Topic,
  options: DefinitionOptions<Input, Output> = {},
): EventDefinition<Topic, Input, Output> {
  assertTopic(topic);
  checkDefinitionOptions(topic, options);
  const { schema, retain = false, sensitive = false, description } = options;
  return Object.freeze({ [DEFINITION]: true as const, topic, schema, retain, sensitive, description });
}

/** The definitions that one bus knows. */
export class Definitions {
  readonly #byTopic = new Map<string, EventDefinition>();
  readonly #retained = new Set<string>();

  get(topic: string): EventDefinition | undefined {
    return this.#byTopic.get(topic);
  }

  /** Whether the last event of the topic is kept. */
  retains(topic: string): boolean {
    return this.#retained.has(topic) || this.#byTopic.get(topic)?.retain === true;
  }

  /** Has the last event of a topic kept, whatever its definition. @throws InvalidTopicError */
  retain(topic: string): void {
    assertTopic(topic);
    this.#retained.add(topic);
  }

  list(): readonly EventDefinition[] {
    return [...this.#byTopic.values()];
  }

  /** Answers whether the definition is new to the bus. @throws DefinitionConflictError, InvalidTopicError */
  add(definition: EventDefinition, topic = definition.topic): boolean {
    const known = this.#byTopic.get(topic);
    if (known === definition) return false;
    if (known !== undefined) throw new DefinitionConflictError(topic);
    assertTopic(topic);
    this.#byTopic.set(topic, definition);
    return true;
  }
}

/** The event with its data as the schema gives it back. @throws InvalidDataError, AsyncSchemaError, SchemaError */
export function validate(schema: StandardSchema, event: BusEvent, sensitivity: Sensitivity): BusEvent {
  let verdict: BusEvent | EventBusError;
  try {
    const result = schema['~standard'].validate(event.data);
    verdict = isThenable(result) ? refusePromise(event, result) : judge(event, result, sensitivity);
  } catch (cause) {
    throw schemaError(event, cause, sensitivity);
  }
  return accepted(verdict);
}

/** Like {@link validate}, also for schemas that answer with a promise. */
export async function validateAsync(
  schema: StandardSchema,
  event: BusEvent,
  sensitivity: Sensitivity,
): Promise<BusEvent> {
  let verdict: BusEvent | EventBusError;
  try {
    verdict = judge(event, await schema['~standard'].validate(event.data), sensitivity);
  } catch (cause) {
    throw schemaError(event, cause, sensitivity);
  }
  return accepted(verdict);
}

function accepted(verdict: BusEvent | EventBusError): BusEvent {
  if (verdict instanceof EventBusError) throw verdict;
  return verdict;
}

function refusePromise(event: BusEvent, pending: PromiseLike<unknown>): EventBusError {
  void ignoreOutcome(pending);
  return new AsyncSchemaError(event.topic);
}

function schemaError(event: BusEvent, cause: unknown, sensitivity: Sensitivity): SchemaError {
  return new SchemaError(event.topic, sensitivity.quoteError(cause, event), cause);
}

function judge(
  event: BusEvent,
  result: SchemaResult<unknown>,
  sensitivity: Sensitivity,
): BusEvent | EventBusError {
  if (result.issues === undefined) return result.value === event.data ? event : withData(event, result.value);
  if (sensitivity.hides(event.topic)) {
    return new InvalidDataError(event.topic, [], undefined, result.issues.length);
  }
  const issues = result.issues.map(({ message, path }) => {
    const keys = keysOf(path);
    return { message: sensitivity.issue(message, keys, event), path: keys.join('.') };
  });
  return new InvalidDataError(event.topic, issues, event.data);
}

function keysOf(path: SchemaIssue['path']): readonly string[] {
  return (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
}
