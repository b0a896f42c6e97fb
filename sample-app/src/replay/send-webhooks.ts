import { sign } from '@octokit/webhooks-methods';
import type { WebhookExample } from './webhook-examples.js';

export interface Delivery {
  /** What GitHub sends as `x-github-delivery`. */
  readonly id: string;
  readonly example: WebhookExample;
}

export interface Answer {
  readonly delivery: Delivery;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** The topic under which the hub emitted it, if it did. */
  readonly topic: string | undefined;
}

export interface Sending {
  readonly url: string;
  readonly secret: string;
  /** Requests under way at the same time. */
  readonly concurrency: number;
  /** Aborting sends no more, and lets what is under way be answered. */
  readonly signal: AbortSignal;
  readonly onAnswer: (answered: number) => void;
}

/** Sends the deliveries as GitHub would: signed, over HTTP. The answers come in no particular order. */
export async function sendWebhooks(deliveries: readonly Delivery[], sending: Sending): Promise<Answer[]> {
  const answers: Answer[] = [];
  const waiting = deliveries.values();
  const sendTheRest = async (): Promise<void> => {
    for (const delivery of waiting) {
      if (sending.signal.aborted) return;
      answers.push(await send(delivery, sending));
      sending.onAnswer(answers.length);
    }
  };
  await Promise.all(Array.from({ length: sending.concurrency }, sendTheRest));
  return answers;
}

async function send(delivery: Delivery, { url, secret }: Sending): Promise<Answer> {
  const { body, eventName } = delivery.example;
  const headers = {
    'content-type': 'application/json',
    'x-github-delivery': delivery.id,
    'x-github-event': eventName,
    'x-hub-signature-256': await sign(secret, body),
  };
  try {
    const response = await fetch(url, { method: 'POST', headers, body });
    const { topic } = (await response.json()) as { topic?: string };
    return { delivery, status: response.status, topic };
  } catch {
    return { delivery, status: undefined, topic: undefined };
  }
}
