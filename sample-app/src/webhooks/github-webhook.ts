import { BadRequestException } from '@nestjs/common';

/** GitHub names events and actions in one word; what is longer, or has a separator or wildcard in it, is not GitHub's. */
const WORD = /^[A-Za-z0-9_-]{1,100}$/;

export interface GithubWebhook {
  readonly topic: string;
  readonly payload: Record<string, unknown>;
}

/**
 * What a verified webhook says: `github:<event>.<action>`, or `github:<event>` where the payload names no action.
 *
 * @throws BadRequestException for whatever can't become an event: that is the sender's fault, not the app's
 */
export function readGithubWebhook(eventName: string | undefined, body: Buffer): GithubWebhook {
  const payload = parseObject(body);
  if (eventName === undefined) throw new BadRequestException('The header x-github-event is missing.');
  if (!WORD.test(eventName))
    throw new BadRequestException('The header x-github-event is not the name of an event.');

  const action = payload['action'] ?? undefined;
  if (action === undefined) return { topic: `github:${eventName}`, payload };
  if (typeof action !== 'string' || !WORD.test(action)) {
    throw new BadRequestException('The action of the payload is not the name of an action.');
  }
  return { topic: `github:${eventName}.${action}`, payload };
}

function parseObject(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new BadRequestException(
      'The body is not JSON. Set the content type of the webhook to application/json.',
      {
        cause: error,
      },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadRequestException('The body is not a JSON object.');
  }
  return value as Record<string, unknown>;
}
