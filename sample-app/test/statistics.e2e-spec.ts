import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Hub } from './support/hub.js';

const SERVER = process.env['DATABASE_URL'];

/** The database of a server is there for these specs only where somebody says so, by DATABASE_URL. */
const DATABASES = [
  { kind: 'embedded', url: 'memory://' },
  ...(SERVER?.startsWith('postgres') ? [{ kind: 'of a PostgreSQL server', url: SERVER }] : []),
];

describe.each(DATABASES)('GET /stats with a database $kind', ({ url }) => {
  let hub: Hub;
  beforeAll(async () => {
    hub = await Hub.start({ databaseUrl: url });
  });
  afterAll(() => hub.close());

  /** A server keeps what earlier runs have left, so each spec has a repository of its own. */
  const newRepository = () => `specs/${randomUUID()}`;
  const statisticsOf = async (repository: string) =>
    (await hub.get('/stats')).body.filter((row: { repository: string }) => row.repository === repository);

  it('counts every one of many webhooks that come at the same time', async () => {
    const repository = { full_name: newRepository() };
    await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        hub.send('label', { action: n % 4 ? 'created' : 'deleted', repository }),
      ),
    );
    await hub.bus.idle();
    expect(await statisticsOf(repository.full_name)).toEqual([
      {
        repository: repository.full_name,
        total: 100,
        lastEventAt: expect.any(String),
        topics: [
          { topic: 'github:label.created', count: 75 },
          { topic: 'github:label.deleted', count: 25 },
        ],
      },
    ]);
  });

  it('tells when the last event came', async () => {
    const repository = { full_name: newRepository() };
    await hub.send('fork', { repository });
    await hub.bus.idle();
    const [{ lastEventAt }] = await statisticsOf(repository.full_name);
    expect(Date.parse(lastEventAt)).toBe(hub.bus.history.last('github:fork')?.timestamp);
  });

  it.each([[{}], [{ repository: null }], [{ repository: { full_name: 7 } }], [{ repository: 'specs/text' }]])(
    'leaves out events that belong to no repository: %j',
    async (payload) => {
      const before = (await hub.get('/stats')).body.length;
      await hub.send('meta', { action: 'deleted', ...payload });
      await hub.bus.idle();
      expect((await hub.get('/stats')).body).toHaveLength(before);
      expect(hub.bus.inspect().counters.failed).toBe(0);
    },
  );

  it('takes the text of a webhook for text, not for SQL', async () => {
    const repository = { full_name: `${newRepository()}'; drop table repository_statistics; --` };
    await hub.send('fork', { repository });
    await hub.bus.idle();
    expect(await statisticsOf(repository.full_name)).toMatchObject([{ total: 1 }]);
  });
});
