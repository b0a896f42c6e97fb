import type { EventDefinition } from './definition.js';
import { DEFINITION } from './definition.js';
import { InvalidPatternError } from '../errors.js';
import type { Pattern } from './pattern.js';
import { compilePattern } from './pattern.js';
import { explainPattern } from './topic.js';

/** What `on` and its like accept. */
export type PatternLike = string | EventDefinition;

/** Compiles what a caller gave as a pattern. @throws InvalidPatternError */
export function toPattern(pattern: PatternLike): Pattern {
  const source: unknown = isDefinition(pattern) ? pattern.topic : pattern;
  const fault = explainPattern(source);
  if (fault !== undefined) throw new InvalidPatternError(source, fault);
  return compilePattern(source as string);
}

export function isDefinition(value: unknown): value is EventDefinition {
  return (
    typeof value === 'object' && value !== null && (value as Partial<EventDefinition>)[DEFINITION] === true
  );
}
