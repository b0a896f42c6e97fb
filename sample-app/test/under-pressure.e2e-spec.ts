import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Subscription } from 'nestjs-event-bus';
import { AuditLog } from '../src/audit/audit-log.js';
import { Database } from '../src/database/database.js';
import { Hub } from './support/hub.js';
import { ServerSentEvents } from './support/server-sent-events.js';

const STATISTICS = 'StatisticsModule/StatisticsService.onRepositoryEvent';
const AUDIT = 'AuditModule/AuditLog.onWebhook';
const SENDER = 'NotificationsModule/NotificationSender.send';
const repository = { full_name: 'o/r' };

let hub: Hub;
const figuresOf = (handler: string) =>
  hub.bus.inspect().subscriptions.find((subscription) => subscription.handler === handler)!;
const deadLetters = async () => (await hub.get('/dead-letters')).body;
const redeliver = (id: string) => hub.request('POST', `/dead-letters/${id}/redeliver`);

afterEach(async () => {
  jest.restoreAllMocks();
  await hub.close();
});

describe('A database that is away', () => {
  beforeEach(async () => {
    hub = await Hub.start();
  });

  it('for two attempts, and then works: the event is counted once, and nothing failed', async () => {
    const query = jest.spyOn(hub.app.get(Database, { strict: false }), 'query');
    for (let attempt = 1; attempt <= 2; attempt++) query.mockRejectedValueOnce(new Error('connection lost'));
    expect((await hub.send('fork', { repository })).status).toBe(202);
    await hub.bus.idle();

    expect(query).toHaveBeenCalledTimes(3);
    expect(figuresOf(STATISTICS)).toMatchObject({ delivered: 1, failed: 0 });
    expect((await hub.get('/stats')).body).toMatchObject([{ repository: 'o/r', total: 1 }]);
    expect(await deadLetters()).toEqual([]);
  });

  it('for longer leaves a dead letter, which counts the event once it is redelivered', async () => {
    const query = jest.spyOn(hub.app.get(Database, { strict: false }), 'query');
    query.mockRejectedValue(new Error('connection lost'));
    await hub.send('fork', { repository }, { 'x-github-delivery': 'the-fork' });
    await hub.bus.idle();
    const [letter, ...others] = await deadLetters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      handler: STATISTICS,
      attempts: 5,
      error: 'connection lost',
      event: { topic: 'github:fork', deliveryId: 'the-fork' },
    });
    expect(JSON.stringify(letter)).not.toContain('full_name'); // nothing of the payload

    query.mockRestore();
    expect(await redeliver(letter.id)).toEqual({ status: 200, body: { handled: true } });
    expect((await hub.get('/stats')).body).toMatchObject([{ repository: 'o/r', total: 1 }]);
    expect(await hub.auditLines()).toHaveLength(1); // nobody else was called again
    expect(await deadLetters()).toEqual([]);
    expect((await redeliver(letter.id)).status).toBe(404);
  });
});

describe('An audit log whose disk is slow', () => {
  it('makes webhooks wait for their answer once its queue is full, and misses none of them', async () => {
    hub = await Hub.start();
    const capacity = figuresOf(AUDIT).queue!.capacity;
    type Write = (line: string, done: () => void) => boolean;
    const log = hub.app.get<AuditLog, { file: { write: Write } }>(AuditLog, { strict: false });
    const { file } = log;
    const held: (() => void)[] = [];
    log.file = {
      write: (line, done) => {
        held.push(() => file.write(line, done));
        return true;
      },
    };
    // One is being written, and its queue is full: the next webhook finds no room.
    for (let n = 0; n <= capacity; n++) await hub.bus.emitAsync('github:watch.started', {} as never);
    let answered = false;
    const answer = hub.send('fork', {}).then(({ status }) => {
      answered = true;
      return status;
    });
    while (figuresOf(AUDIT).queue!.blocked === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);

    log.file = file;
    held.shift()!();
    expect(await answer).toBe(202);
    await hub.bus.idle();
    expect(await hub.auditLines()).toHaveLength(capacity + 2);
    expect(figuresOf(AUDIT)).toMatchObject({ dropped: 0, refused: 0, failed: 0 });
  });
});

describe('Notifications whose receiver is down', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await Receiver.start();
    hub = await Hub.start({ notificationsUrl: receiver.url });
  });
  afterEach(() => receiver.close());

  const openIssue = (number: number) =>
    hub.send('issues', {
      action: 'opened',
      issue: { number, title: 'Title', body: '', html_url: `https://github.com/o/r/issues/${number}` },
      repository,
      sender: { login: 'someone' },
    });

  it('are sent when it is up', async () => {
    await openIssue(1);
    await hub.bus.idle();
    expect(receiver.texts).toEqual(['someone opened issue #1 in o/r: Title']);
  });

  it('wait after three failures, while webhooks are taken as ever; once it is back, and what failed is redelivered, all have arrived', async () => {
    receiver.isDown = true;
    let sender: Subscription | undefined;
    hub.bus.observe({ failed: ({ subscription }) => void (sender = subscription) });
    const paused = new Promise((resolve) => {
      hub.bus.on('system:subscription_paused', resolve);
    });
    for (let number = 1; number <= 5; number++) expect((await openIssue(number)).status).toBe(202);
    expect(await paused).toMatchObject({ handler: SENDER, failures: 3 });
    expect(receiver.requests).toBe(3); // it is left in peace
    expect(figuresOf(SENDER)).toMatchObject({ paused: true, failed: 3, queue: { waiting: 2 } });
    expect((await hub.get('/notifications')).body).toHaveLength(5);

    receiver.isDown = false;
    const letters = await deadLetters();
    expect(letters).toHaveLength(3);
    for (const { id } of letters) expect((await redeliver(id)).body).toEqual({ handled: true });
    sender!.resume(); // or it tries by itself, half a minute later
    await hub.bus.idle();
    expect(receiver.texts.map((text) => /#\d/.exec(text)![0])).toEqual(['#1', '#2', '#3', '#4', '#5']);
    expect(await deadLetters()).toEqual([]);
  });

  it('stay dead letters when a redelivery comes too early', async () => {
    receiver.isDown = true;
    await openIssue(1);
    await hub.bus.idle();
    const [letter] = await deadLetters();
    expect(await redeliver(letter.id)).toEqual({ status: 200, body: { handled: false } });
    expect(await deadLetters()).toMatchObject([{ id: letter.id, attempts: 2 }]);
  });
});

describe('Clients of GET /events', () => {
  it('have a bounded queue each, which loses the oldest of a burst', async () => {
    hub = await Hub.start();
    const clients = [1, 2].map(() => ServerSentEvents.connect(`${hub.url}/events`));
    const [first, second] = await Promise.all(clients);
    for (let n = 1; n <= 150; n++) {
      hub.bus.emit('github:watch.started', {} as never, { metadata: { deliveryId: String(n) } });
    }
    for (const client of [first!, second!]) {
      const { data } = (await client.next())!;
      expect(data).toMatchObject({ deliveryId: '1' }); // it was waited for
      expect((await client.next())!.data).toMatchObject({ deliveryId: '51' });
    }
    const streams = hub.bus.inspect().subscriptions.filter(({ kind }) => kind === 'stream');
    expect(streams.map(({ dropped, queue }) => [dropped, queue!.capacity])).toEqual([
      [49, 100],
      [49, 100],
    ]);
  });
});

/** Where notifications are posted to. */
class Receiver {
  isDown = false;
  requests = 0;
  readonly texts: string[] = [];

  private constructor(private readonly server: http.Server) {
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<Receiver> {
    const server = http.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Receiver(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    this.requests++;
    const { text } = JSON.parse((await request.toArray()).join('')) as { text: string };
    if (!this.isDown) this.texts.push(text);
    response.writeHead(this.isDown ? 503 : 204).end();
  }
}
