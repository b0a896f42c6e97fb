/** How many causes, and causes of causes, are shown; also an end for circles. */
const DEPTH = 5;

/**
 * What a log may show of an error: name, message, stack, code and causes. Other fields are left out, since libraries hang
 * requests, rows and headers on their errors. Of something thrown that is no error only simple values are shown. Never throws.
 */
export function shownError(error: unknown, depth = DEPTH): Error {
  try {
    return isErrorLike(error) ? shell(error, depth) : notAnError(error);
  } catch {
    return notAnError(undefined, 'something that can’t be shown');
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
function shell(error: ErrorLike, depth: number): Error {
  const prototype: unknown = Object.getPrototypeOf(error);
  const shown = Object.create(
    prototype instanceof Error || error instanceof Error ? (prototype as object) : Error.prototype,
  ) as Error;
  const { message, stack, code, cause, errors } = error;
  hide(shown, 'message', message);
  hide(shown, 'stack', typeof stack === 'string' ? stack : message);
  if (typeof code === 'string' || typeof code === 'number') define(shown, 'code', code, true);
  if (depth > 0 && isErrorLike(cause)) hide(shown, 'cause', shownError(cause, depth - 1));
  if (depth > 0 && Array.isArray(errors)) {
    const all: unknown[] = errors;
    const few = all.slice(0, DEPTH).map((each) => shownError(each, depth - 1));
    hide(shown, 'errors', few);
  }
  return shown;
}

function notAnError(value: unknown, what = describe(value)): Error {
  const shown = new Error(`${what} was thrown, which is no Error and has no stack`);
  hide(shown, 'stack', `Error: ${shown.message}`);
  return shown;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

function hide(target: object, name: string, value: unknown): void {
  define(target, name, value, false);
}

function define(target: object, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, name, { value, enumerable, writable: true, configurable: true });
}
