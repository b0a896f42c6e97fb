import { EventBusError, InvalidDataError, MiddlewareError, SchemaError } from '../core/index.js';

/** How many causes, and causes of causes, are shown; also an end for circles. */
const DEPTH = 5;
const HIDDEN = '(not shown: the data of its event is not for the log)';
/** Errors of the bus whose messages quote what others said. All other messages of its own are safe. */
const QUOTING = [InvalidDataError, MiddlewareError, SchemaError];

export interface ErrorView {
  /** Masks what is secret in a message or a stack. */
  readonly mask: (text: string) => string;
  /** Whether messages of code that isn't the bus's own are left out altogether. */
  readonly isHidden: boolean;
}

/**
 * What a log may show of an error: name, message, stack, code and causes. Other fields are left out, since libraries hang
 * requests, rows and headers on their errors. Of something thrown that is no error only simple values are shown. Never throws.
 */
export function shownError(error: unknown, view: ErrorView, depth = DEPTH): Error {
  try {
    return isErrorLike(error) ? shell(error, view, depth) : notAnError(describe(error, view));
  } catch {
    return notAnError('something that can’t be shown');
  }
}

interface ErrorLike {
  readonly message: string;
  readonly stack?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === 'object' && value !== null && typeof (value as ErrorLike).message === 'string';
}

/** An object of the error's class, for serializers that look at it, with none of its fields but the harmless ones. */
function shell(error: ErrorLike, view: ErrorView, depth: number): Error {
  const prototype: unknown = Object.getPrototypeOf(error);
  const shown = Object.create(
    prototype instanceof Error || error instanceof Error ? (prototype as object) : Error.prototype,
  ) as Error;
  const { code, cause, errors } = error;
  const { message, stack } = texts(error, view);
  hide(shown, 'message', message);
  hide(shown, 'stack', stack);
  if (typeof code === 'number') define(shown, 'code', code, true);
  if (typeof code === 'string' && (!view.isHidden || /^[A-Z0-9_]{1,64}$/.test(code))) {
    define(shown, 'code', view.mask(code), true);
  }
  if (depth > 0 && isErrorLike(cause)) hide(shown, 'cause', shownError(cause, view, depth - 1));
  if (depth > 0 && Array.isArray(errors)) {
    const all: unknown[] = errors;
    const few = all.slice(0, DEPTH).map((each) => shownError(each, view, depth - 1));
    hide(shown, 'errors', few);
  }
  return shown;
}

function texts(error: ErrorLike, { mask, isHidden }: ErrorView): { message: string; stack: string } {
  const { message, stack } = error;
  const isOwn = error instanceof EventBusError && !QUOTING.some((quoting) => error instanceof quoting);
  if (!isHidden || isOwn) {
    return { message: mask(message), stack: mask(typeof stack === 'string' ? stack : message) };
  }
  return { message: HIDDEN, stack: `${kindOf(error)}: ${HIDDEN}${framesOf(message, stack)}` };
}

function kindOf(error: object): string {
  const name: unknown = error.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'Error';
}

/** Where it was thrown; nothing when it can't be told from the message, part of which may look the same. */
function framesOf(message: string, stack: unknown): string {
  if (typeof stack !== 'string') return '';
  const at = stack.indexOf(message);
  const frames = at === -1 ? '' : stack.slice(at + message.length);
  return /^(?:\n {4}at [^\n]*)+$/.test(frames) ? frames : '';
}

function notAnError(what: string): Error {
  const shown = new Error(`${what} was thrown, which is no Error and has no stack`);
  hide(shown, 'stack', `Error: ${shown.message}`);
  return shown;
}

function describe(value: unknown, { mask, isHidden }: ErrorView): string {
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  if (isHidden && value !== undefined && value !== null) return `a ${typeof value}`;
  return typeof value === 'string' ? JSON.stringify(mask(value)) : String(value);
}

function hide(target: object, name: string, value: unknown): void {
  define(target, name, value, false);
}

function define(target: object, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, name, { value, enumerable, writable: true, configurable: true });
}
