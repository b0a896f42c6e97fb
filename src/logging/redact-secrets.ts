import { type Redactor, toPattern } from '../core/index.js';
import { maskedText, REDACTED } from './mask-secrets.js';
import type { RedactOptions } from './redact-options.js';
import { checkRedactOptions } from './redact-options.js';
import { redactedValue } from './redacted-value.js';
import type { Redaction } from './redaction.js';
import { createRedaction, isEnd, placeBelow } from './redaction.js';
import { secretValues } from './secret-values.js';

/** For how many topics the answer is kept ready. */
const MEMORY = 10_000;

/**
 * Leaves out of what is shown of events what stands under a secret's name (`password`, `apiKey`, `x-auth-token`, …) or on a path,
 * and masks in texts what is recognisable, such as the password of a URL. For the option `redactor` of `new RootEventBus()`; the
 * Nest module has it without being told.
 *
 * @throws InvalidOptionError
 */
export function redactSecrets(options: RedactOptions = {}): Redactor {
  checkRedactOptions(options, 'options');
  const { keys, paths, topics = [] } = options;
  const redaction = createRedaction(keys, paths);
  const anywhere: Redaction = { isSecret: redaction.isSecret, top: [] };
  const mask = maskOf(redaction.isSecret);
  return {
    hides: anyOf(topics),
    data: (data) => redactedValue(data, redaction, mask),
    metadata: (metadata) => {
      const shown = redactedValue(metadata, anywhere, mask);
      return typeof shown === 'object' ? (shown as typeof metadata) : {};
    },
    error: (error, data) =>
      redactedValue(error, anywhere, maskOf(redaction.isSecret, knownOf(data, redaction))),
    issue: (message, path, data) => {
      let place = redaction.top;
      const isHidden = path.some((key) => {
        place = placeBelow(place, key);
        return redaction.isSecret(key) || isEnd(place);
      });
      return isHidden ? REDACTED : maskOf(redaction.isSecret, knownOf(data, redaction))(message);
    },
  };
}

function maskOf(isSecret: Redaction['isSecret'], known?: readonly string[]): (text: string) => string {
  return (text) => maskedText(text, text.length, isSecret, known);
}

/** Longest first, since one may be part of another. */
function knownOf(data: unknown, redaction: Redaction): readonly string[] {
  return secretValues(data, redaction).toSorted((one, other) => other.length - one.length);
}

/** Whether a topic matches any of those patterns. */
function anyOf(patterns: readonly string[]): (topic: string) => boolean {
  if (patterns.length === 0) return () => false;
  const compiled = patterns.map((pattern) => toPattern(pattern));
  const known = new Map<string, boolean>();
  return (topic) => {
    let answer = known.get(topic);
    if (answer === undefined) {
      answer = compiled.some((pattern) => pattern.matches(topic));
      if (known.size >= MEMORY) known.clear();
      known.set(topic, answer);
    }
    return answer;
  };
}
