import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Hub } from './support/hub.js';

describe('What the modules make of webhooks', () => {
  let hub: Hub;
  beforeAll(async () => {
    hub = await Hub.start();
  });
  afterAll(() => hub.close());

  const repository = { full_name: 'octo/repo' };
  const sender = { login: 'someone' };
  const issue = (number: number, title: string, body: string | null = null) => ({
    number,
    title,
    body,
    html_url: `https://github.com/octo/repo/issues/${number}`,
  });
  const send = async (eventName: string, payload: object) => {
    await hub.send(eventName, { repository, sender, ...payload });
    await hub.bus.idle();
  };
  const found = async (query: string) =>
    (await hub.get(`/search?q=${encodeURIComponent(query)}`)).body.map((hit: { url: string }) => hit.url);

  it('GET /notifications tells in a sentence what people want to hear of, newest first', async () => {
    await send('issues', { action: 'opened', issue: issue(1, 'It is broken') });
    await send('pull_request', {
      action: 'closed',
      pull_request: { ...issue(2, 'Mend it'), merged: true },
    });
    const messages = (await hub.get('/notifications')).body.map(
      ({ message }: { message: string }) => message,
    );
    expect(messages.slice(0, 2)).toEqual([
      'someone merged pull request #2 in octo/repo: Mend it',
      'someone opened issue #1 in octo/repo: It is broken',
    ]);
  });

  it('a title with line breaks or escape sequences makes a notification of one plain line', async () => {
    await send('issues', { action: 'opened', issue: issue(3, 'one\n\u001B[31mtwo') });
    expect((await hub.get('/notifications')).body[0].message).toBe(
      'someone opened issue #3 in octo/repo: one [31mtwo',
    );
  });

  it('keeps the last hundred notifications', async () => {
    for (let n = 0; n < 101; n++)
      await hub.send('issues', { action: 'opened', issue: issue(n, 'Many'), repository, sender });
    await hub.bus.idle();
    const { body } = await hub.get('/notifications');
    expect(body).toHaveLength(100);
    expect(body[0].message).toContain('#100');
  });

  it('GET /search finds issues by the words of title and body, and no more once they are deleted', async () => {
    await send('issues', {
      action: 'edited',
      issue: issue(10, 'Kangaroo in the cellar', 'It eats the cables'),
    });
    expect(await found('cables KANGAROO')).toEqual(['https://github.com/octo/repo/issues/10']);
    await send('issues', { action: 'deleted', issue: issue(10, 'Kangaroo in the cellar') });
    expect(await found('kangaroo')).toEqual([]);
  });

  it('GET /search knows an item by its newest text', async () => {
    await send('issues', { action: 'opened', issue: issue(11, 'Platypus') });
    await send('issues', { action: 'edited', issue: issue(11, 'Echidna') });
    expect(await found('platypus')).toEqual([]);
    expect(await found('echidna')).toHaveLength(1);
  });

  it('GET /search without words to look for is a bad request', async () => {
    expect((await hub.get('/search')).status).toBe(400);
    expect((await hub.get('/search?q=')).status).toBe(400);
    expect((await hub.get('/search?q=a&q=b')).status).toBe(400);
  });

  it('the audit log has one line for a webhook: who, what, when, and nothing of its content', async () => {
    const response = await hub.send(
      'watch',
      { action: 'started', secret: 'hidden' },
      { 'x-github-delivery': 'audited' },
    );
    await hub.bus.idle();
    const { id } = (await response.json()) as { id: string };
    expect((await hub.auditLines()).filter((line) => line.deliveryId === 'audited')).toEqual([
      {
        id,
        topic: 'github:watch.started',
        timestamp: expect.any(Number),
        source: 'WebhooksModule/GithubWebhooksController',
        deliveryId: 'audited',
      },
    ]);
  });
});
