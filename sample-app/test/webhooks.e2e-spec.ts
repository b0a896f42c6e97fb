import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Hub } from './support/hub.js';

describe('POST /webhooks/github', () => {
  let hub: Hub;
  beforeAll(async () => {
    hub = await Hub.start();
  });
  afterAll(() => hub.close());

  it('accepts a signed webhook and answers with the id and topic of its event', async () => {
    const response = await hub.send('issues', { action: 'locked' });
    expect(response.status).toBe(202);
    const { id, topic } = (await response.json()) as { id: string; topic: string };
    expect(topic).toBe('github:issues.locked');
    expect(hub.bus.history.last('github:issues.locked')).toMatchObject({ id, topic });
  });

  it('names an event without an action after its event alone', async () => {
    const response = await hub.send('push', { ref: 'refs/heads/main', commits: [] });
    expect(await response.json()).toMatchObject({ topic: 'github:push' });
  });

  it('hands the payload and the delivery id on with the event', async () => {
    await hub.send('star', { action: 'created', starred_at: 'now' }, { 'x-github-delivery': 'delivery-1' });
    expect(hub.bus.history.last('github:star.created')).toMatchObject({
      data: { action: 'created', starred_at: 'now' },
      metadata: { deliveryId: 'delivery-1' },
      source: 'WebhooksModule/GithubWebhooksController',
    });
  });

  it('takes a payload of several megabytes', async () => {
    const response = await hub.send('push', { commits: [], text: 'x'.repeat(6_000_000) });
    expect(response.status).toBe(202);
  });

  it.each([
    ['is missing', undefined],
    ['is of another secret', `sha256=${'0'.repeat(64)}`],
    ['is nonsense', 'nonsense'],
  ])('refuses a webhook whose signature %s', async (_, signature) => {
    const response = await hub.post('{}', { 'x-hub-signature-256': signature });
    expect(response.status).toBe(401);
  });

  it('looks at nothing of a body that is not signed', async () => {
    const response = await hub.post('{', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` });
    expect(response.status).toBe(401);
  });

  it.each([
    ['that is not JSON', '{"action":'],
    ['that is a form', 'payload=%7B%7D'],
    ['that is an array', '[]'],
    ['that is null', 'null'],
    ['that is empty', ''],
  ])('refuses a body %s', async (_, body) => {
    const response = await hub.post(body);
    expect(response.status).toBe(400);
  });

  it('refuses a webhook without the name of an event', async () => {
    const response = await hub.post('{}', { 'x-github-event': undefined });
    expect(response.status).toBe(400);
  });

  it.each(['*', '**', 'issues.opened', 'issues:opened', 'a b', 'a/b', 'é', 'x'.repeat(101)])(
    'refuses "%s" as the name of an event, and emits nothing',
    async (eventName) => {
      const { size } = hub.bus.history;
      const response = await hub.post('{}', { 'x-github-event': eventName });
      expect(response.status).toBe(400);
      expect(hub.bus.history.size).toBe(size);
    },
  );

  it.each([
    '*',
    '**',
    'opened.twice',
    'opened:twice',
    'on demand',
    '',
    'x'.repeat(101),
    7,
    {},
    ['opened'],
    false,
  ])('refuses %j as an action, and emits nothing', async (action) => {
    const { size } = hub.bus.history;
    const response = await hub.send('issues', { action });
    expect(response.status).toBe(400);
    expect(hub.bus.history.size).toBe(size);
  });

  it('takes names that are traps in JavaScript for the plain words they are', async () => {
    const response = await hub.send('__proto__', { action: 'constructor' });
    expect(await response.json()).toMatchObject({ topic: 'github:__proto__.constructor' });
    expect(({} as Record<string, unknown>)['constructor']).toBe(Object);
  });

  it('refuses a body that is larger than GitHub makes them', async () => {
    const response = await hub.post(JSON.stringify({ text: 'x'.repeat(25 * 1024 * 1024) }));
    expect(response.status).toBe(413);
  });
});
