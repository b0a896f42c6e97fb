import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { RootEventBus } from 'nestjs-event-bus';
import { DataDirectory } from '../settings/data-directory.js';
import type { RepositoryStatistics } from '../statistics/statistics.service.js';
import { Vault } from '../vault/vault.js';
import { checkReplay } from './checks.js';
import { DeliveryTally } from './delivery-tally.js';
import { sendWebhooks } from './send-webhooks.js';
import { summarizeReplay } from './summary.js';
import { loadWebhookExamples } from './webhook-examples.js';

/**
 * Sends every recorded webhook to the listening app, waits until the bus is idle, prints what happened, and answers
 * whether everything that should have come of it did. It knows the modules by what they leave behind only: answers,
 * statistics, the audit log. What was there before, from an earlier replay for example, doesn't count.
 */
export async function replayExamples(
  app: INestApplication,
  hub: string,
  signal: AbortSignal,
): Promise<boolean> {
  const logger = new Logger('Replay');
  const bus = app.get(RootEventBus);

  const deliveries = loadWebhookExamples().map((example) => ({ id: randomUUID(), example }));
  const statisticsBefore = await readStatistics(hub);
  const tally = new DeliveryTally(
    deliveries.map(({ id }) => id),
    bus.inspect().subscriptions,
  );
  const stopObserving = bus.observe(tally);

  const startedAt = performance.now();
  const answers = await sendWebhooks(deliveries, {
    url: `${hub}/webhooks/github`,
    secret: app.get(Vault).secrets.webhookSecret,
    concurrency: 16,
    signal,
    onAnswer: (answered) => {
      if (answered % 50 === 0) logger.log(`${answered} of ${deliveries.length} webhooks answered`);
    },
  });
  if (signal.aborted) {
    const accepted = answers.filter(({ status }) => status === 202).length;
    logger.warn(`Interrupted: finishing the ${accepted} of ${deliveries.length} webhooks that were accepted`);
    return false;
  }
  await bus.idle({ timeout: 60_000 });
  const duration = performance.now() - startedAt;
  stopObserving();

  const checks = checkReplay({
    deliveries,
    answers,
    tally,
    statisticsBefore,
    statisticsAfter: await readStatistics(hub),
    auditedIds: await readAuditedIds(app.get(DataDirectory)),
  });
  console.log(`\n${summarizeReplay(deliveries, tally, checks, duration)}\n`);
  return checks.every(({ contradictions }) => contradictions.length === 0);
}

async function readStatistics(hub: string): Promise<RepositoryStatistics[]> {
  const response = await fetch(`${hub}/stats`);
  if (!response.ok) throw new Error(`GET /stats answered ${response.status}.`);
  return (await response.json()) as RepositoryStatistics[];
}

async function readAuditedIds(directory: DataDirectory): Promise<string[]> {
  const lines = (await readFile(directory.pathOf('audit.jsonl'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { deliveryId: string }).deliveryId);
}
