import type { EventMap, PatternArgument, TopicHint, TopicLike } from '../core/index.js';
import { declareRights } from './declared-rights.js';

/**
 * Says what a module, or a provider, may emit; without it, that direction is not restricted (unless `permissions` is `strict`).
 * A provider's own narrows that of its module: both must allow a topic. Several add up, none at all (`@Emits()`) leaves
 * nothing, and subclasses inherit it until they declare their own.
 *
 * @param patterns topics, patterns with wildcards, or definitions of events
 * @throws InvalidPermissionError when the class is defined
 */
export function Emits<const P extends readonly TopicHint<EventMap>[]>(
  ...patterns: { readonly [At in keyof P]: PatternArgument<EventMap, P[At]> }
): ClassDecorator;
export function Emits(...patterns: readonly TopicLike[]): ClassDecorator {
  return (target) => declareRights(target, 'emits', patterns);
}
