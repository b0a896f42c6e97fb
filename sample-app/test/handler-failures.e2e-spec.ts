import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { OnEvent } from 'nestjs-event-bus';
import { Hub } from './support/hub.js';

@Injectable()
class Troublemaker {
  @OnEvent('github:issues.opened', { priority: 1 })
  throws(): void {
    throw new Error('thrown on purpose');
  }

  @OnEvent('github:issues.opened', { priority: 1 })
  async rejects(): Promise<void> {
    await Promise.reject(new Error('rejected on purpose'));
  }
}

@Module({ providers: [Troublemaker] })
class TroubleModule {}

describe('A handler that fails', () => {
  let hub: Hub;
  beforeAll(async () => {
    hub = await Hub.start({ imports: [TroubleModule] });
  });
  afterAll(() => hub.close());

  const opened = {
    action: 'opened',
    issue: { number: 1, title: 'A title', body: 'text', html_url: 'https://github.com/o/r/issues/1' },
    repository: { full_name: 'o/r' },
    sender: { login: 'someone' },
  };

  it('fails neither the webhook nor the handlers of other modules', async () => {
    const failures: string[] = [];
    const stop = hub.bus.observe({ failed: ({ subscription }) => failures.push(subscription.label) });
    const response = await hub.send('issues', opened);
    await hub.bus.idle();
    stop();

    expect(response.status).toBe(202);
    expect(failures.toSorted()).toEqual([
      'TroubleModule/Troublemaker.rejects',
      'TroubleModule/Troublemaker.throws',
    ]);
    expect((await hub.get('/notifications')).body).toMatchObject([{ topic: 'github:issues.opened' }]);
    expect((await hub.get('/stats')).body).toMatchObject([{ repository: 'o/r', total: 1 }]);
    expect((await hub.get('/search?q=title')).body).toHaveLength(1);
    expect(await hub.auditLines()).toHaveLength(1);
  });

  it('may be one that can make nothing of the payload: the webhook is accepted, counted and audited all the same', async () => {
    const before = (await hub.auditLines()).length;
    const response = await hub.send('pull_request', { action: 'opened', repository: { full_name: 'o/odd' } });
    await hub.bus.idle();

    expect(response.status).toBe(202);
    expect((await hub.get('/stats')).body).toContainEqual(
      expect.objectContaining({ repository: 'o/odd', total: 1 }),
    );
    expect(await hub.auditLines()).toHaveLength(before + 1);
  });
});
