import { createRequire } from 'node:module';
import type { WebhookDefinition } from '@octokit/webhooks-examples';

/** A payload that GitHub once sent, with what has to become of it. */
export interface WebhookExample {
  readonly eventName: string;
  readonly body: string;
  readonly topic: string;
  /** Full name of the repository that the payload belongs to, if any. */
  readonly repository: string | undefined;
}

/** All payloads of `@octokit/webhooks-examples`, which people recorded from the real GitHub. */
export function loadWebhookExamples(): WebhookExample[] {
  const definitions = createRequire(import.meta.url)('@octokit/webhooks-examples') as WebhookDefinition[];
  return definitions.flatMap(({ name, examples }) =>
    (examples as { action?: string; repository?: { full_name: string } }[]).map((payload) => ({
      eventName: name,
      body: JSON.stringify(payload),
      topic: payload.action ? `github:${name}.${payload.action}` : `github:${name}`,
      repository: payload.repository?.full_name,
    })),
  );
}
