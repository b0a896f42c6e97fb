import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Hub } from './support/hub.js';
import { ServerSentEvents } from './support/server-sent-events.js';

let hub: Hub;
beforeAll(async () => {
  hub = await Hub.start();
});
afterAll(() => hub.close());

describe('GET /history', () => {
  beforeAll(async () => {
    for (const action of ['opened', 'labeled', 'closed']) await hub.send('pull_request', { action });
    await hub.send('pull_request_review', { action: 'submitted' }, { 'x-github-delivery': 'the-review' });
  });

  const topics = async (query: string) =>
    (await hub.get(`/history${query}`)).body.map(({ topic }: { topic: string }) => topic);

  it('shows the last webhooks, oldest first', async () => {
    expect(await topics('')).toEqual([
      'github:pull_request.opened',
      'github:pull_request.labeled',
      'github:pull_request.closed',
      'github:pull_request_review.submitted',
    ]);
  });

  it('shows those whose topics match a pattern', async () => {
    expect(await topics('?topic=github:pull_request.*')).toHaveLength(3);
    expect(await topics('?topic=github:*.submitted')).toEqual(['github:pull_request_review.submitted']);
    expect(await topics('?topic=github:fork')).toEqual([]);
  });

  it('shows no more than asked for: the newest', async () => {
    expect(await topics('?topic=github:pull_request.*&limit=1')).toEqual(['github:pull_request.closed']);
  });

  it('shows the envelope, and nothing of the payload', async () => {
    const { body } = await hub.get('/history?topic=github:pull_request_review.*');
    expect(body).toEqual([
      {
        id: expect.any(String),
        topic: 'github:pull_request_review.submitted',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        source: 'WebhooksModule/GithubWebhooksController',
        deliveryId: 'the-review',
      },
    ]);
  });

  it.each([
    '?topic=github:',
    '?topic=git%20hub:*',
    '?topic=a***b',
    '?topic=a&topic=b',
    '?limit=many',
    '?limit=0',
    '?limit=1001',
  ])('answers %s as a bad request', async (query) => {
    expect((await hub.get(`/history${query}`)).status).toBe(400);
  });
});

describe('GET /events', () => {
  const connect = () => ServerSentEvents.connect(`${hub.url}/events`);

  it('sends every webhook to everybody who listens, as it comes', async () => {
    const listeners = [await connect(), await connect()];
    await hub.send('star', { action: 'created' });
    await hub.send('fork', {});
    for (const listener of listeners) {
      const { id } = hub.bus.history.last('github:star.created')!;
      expect(await listener.next()).toMatchObject({ id, data: { id, topic: 'github:star.created' } });
      expect(await listener.next()).toMatchObject({ data: { topic: 'github:fork' } });
    }
  });

  it('forgets a listener who left', async () => {
    const before = hub.bus.inspect().subscriptions.length;
    const listener = await connect();
    expect(hub.bus.inspect().subscriptions).toHaveLength(before + 1);

    const left = new Promise<void>((resolve) => {
      hub.bus.observe({ unsubscribed: () => resolve() });
    });
    listener.disconnect();
    await left;
    expect(hub.bus.inspect().subscriptions).toHaveLength(before);
  });
});
