import { checkSubscribeOptions, type GatedOptions, type TopicLike, toPattern } from '../core/index.js';

/**
 * Checks what a method is to hear, and how.
 *
 * @param fail makes the error, which says which method it is about
 */
export function checkHandler(
  pattern: TopicLike,
  options: GatedOptions<never> | undefined,
  fail: (reason: string, options?: ErrorOptions) => Error,
): void {
  const { early, ...rest } = (options as GatedOptions<never> | null) ?? {};
  if ('weak' in rest) throw fail('it has no option "weak": its handler lives as long as its provider.');
  if (early !== undefined && typeof early !== 'boolean') {
    throw fail('the option "early" must be a boolean.');
  }
  try {
    if (options !== undefined) checkSubscribeOptions(isObject(options) ? rest : options);
    toPattern(pattern);
  } catch (error) {
    throw fail((error as Error).message, { cause: error });
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
