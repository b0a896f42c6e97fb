import type { EventMap, PatternArgument, TopicHint, TopicLike } from '../core/index.js';
import { declareRights } from './declared-rights.js';

/**
 * Says what a module, or a provider, may hear; without it, that direction is not restricted (unless `permissions` is `strict`).
 * What is listened to must be covered by one of the patterns: with `payment:*`, `payment:captured` is, and `**` is not. A
 * provider's own narrows that of its module: both must allow it. Several add up, none at all (`@Listens()`) leaves nothing,
 * and subclasses inherit it until they declare their own.
 *
 * @param patterns topics, patterns with wildcards, or definitions of events
 * @throws InvalidPermissionError when the class is defined
 */
export function Listens<const P extends readonly TopicHint<EventMap>[]>(
  ...patterns: { readonly [At in keyof P]: PatternArgument<EventMap, P[At]> }
): ClassDecorator;
export function Listens(...patterns: readonly TopicLike[]): ClassDecorator {
  return (target) => declareRights(target, 'listens', patterns);
}
