import { AsyncResource } from 'node:async_hooks';
import { ForbiddenException, type ExceptionFilter, type Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { defer, isObservable, lastValueFrom, mergeAll, type Observable, of } from 'rxjs';
import type { Enhancers } from './enhancers.js';

/** One call of a handler, before anything was asked. */
export interface EnhancedCall {
  /** Data, event, context. */
  readonly args: readonly [data: unknown, event: unknown, context: unknown];
  /** The handler's class and method, as guards and the like find metadata by them. */
  readonly type: Type<unknown>;
  readonly method: (...args: never) => unknown;
  /** The type of the first parameter, for pipes; undefined where the compiler left none. */
  readonly dataType: Type<unknown> | undefined;
  /** Calls the method with the data that pipes made. */
  invoke(data: unknown): unknown;
}

/** Calls a handler as Nest calls the handler of a request: guards, interceptors, pipes, the method; filters for what fails. */
export async function callEnhanced(enhancers: Enhancers, call: EnhancedCall): Promise<unknown> {
  const context = new ExecutionContextHost([...call.args], call.type, call.method);
  context.setType('event');
  try {
    await admit(enhancers, context);
    return await intercept(enhancers, context, async () => call.invoke(await pipe(enhancers, call)));
  } catch (error) {
    const filter = enhancers.filters.find((each) => catches(each, error));
    if (filter === undefined) throw error;
    // oxlint-disable-next-line promise/valid-params -- not a promise's
    return outcomeOf(await filter.catch(error, context));
  }
}

/** @throws ForbiddenException, or what a guard throws */
async function admit({ guards }: Enhancers, context: ExecutionContextHost): Promise<void> {
  for (const guard of guards) {
    const verdict = await outcomeOf(await guard.canActivate(context));
    if (!verdict) throw new ForbiddenException('Forbidden resource');
  }
}

async function intercept(
  { interceptors }: Enhancers,
  context: ExecutionContextHost,
  handle: () => Promise<unknown>,
): Promise<unknown> {
  if (interceptors.length === 0) return handle();
  const from = (at: number): Observable<unknown> => {
    // What an interceptor enters with AsyncLocalStorage when it asks for this still holds when rxjs subscribes.
    const resource = new AsyncResource('EventInterceptor');
    return defer(() => resource.runInAsyncScope(through, undefined, at)).pipe(mergeAll());
  };
  const through = async (at: number): Promise<Observable<unknown>> => {
    const interceptor = interceptors[at];
    if (interceptor === undefined) return of(await handle());
    return interceptor.intercept(context, { handle: () => from(at + 1) });
  };
  return outcomeOf(from(0));
}

async function pipe({ pipes }: Enhancers, { args, dataType }: EnhancedCall): Promise<unknown> {
  let [data] = args;
  // As a body, which is what ValidationPipe looks at.
  for (const each of pipes)
    data = await each.transform(data, { type: 'body', metatype: dataType, data: undefined });
  return data;
}

/** As Nest has it: a filter without `@Catch()`, or with an empty one, catches everything. */
function catches(filter: ExceptionFilter, error: unknown): boolean {
  const type = (Object.getPrototypeOf(filter) as { constructor?: object } | null)?.constructor;
  const caught =
    type && (Reflect.getMetadata('__filterCatchExceptions__', type) as Type<unknown>[] | undefined);
  return caught === undefined || caught.length === 0 || caught.some((each) => error instanceof each);
}

/** What came last out of an Observable; undefined if nothing did. */
function outcomeOf(result: unknown): unknown {
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}
