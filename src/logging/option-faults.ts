import { InvalidOptionError } from '../core/index.js';

export function assertObject(option: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw unusable(option, value, 'an object');
}

export function assertKnown(options: object, known: readonly string[], prefix: string): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new InvalidOptionError(
    prefix + unknown,
    (options as Record<string, unknown>)[unknown],
    `The bus has no option "${prefix}${unknown}". It knows ${known.map((name) => prefix + name).join(', ')}.`,
  );
}

export function unusable(option: string, value: unknown, expected: string): InvalidOptionError {
  const shown = typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : typeof value;
  return new InvalidOptionError(option, value, `The option "${option}" must be ${expected}, not ${shown}.`);
}
