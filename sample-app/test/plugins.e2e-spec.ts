import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Hub } from './support/hub.js';

let hub: Hub;
let told: string[];
let lines: string[];
beforeEach(async () => {
  lines = [];
  const print = (line: unknown): void => void lines.push(String(line));
  hub = await Hub.start({ logger: { log: print, warn: print, error: print } });
  told = [];
  hub.bus.on('notification:created', ({ message }) => told.push(message));
});
afterEach(() => hub.close());

const repository = { full_name: 'o/r' };

describe('The plugins of the app', () => {
  it('are told of in the log, with what they may do', () => {
    expect(lines.filter((line) => /^\w+Plugin emits/.test(line))).toEqual([
      'FirstTimersPlugin emits notification:created, and listens to github:pull_request.opened',
      'SecurityAlertsPlugin emits notification:created, and listens to github:dependabot_alert.created, github:code_scanning_alert.created',
    ]);
  });

  it('tell of people who open their first pull request', async () => {
    const open = (number: number, author_association: string) =>
      hub.send('pull_request', {
        action: 'opened',
        repository,
        sender: { login: 'someone' },
        pull_request: { number, author_association, title: 'Title', body: '', html_url: 'https://x.test/' },
      });
    await open(1, 'MEMBER');
    await open(2, 'FIRST_TIMER');
    await hub.bus.idle();
    expect(told.toSorted((a, b) => a.localeCompare(b))).toEqual([
      'someone is new to o/r: welcome them in #2',
      'someone opened pull request #1 in o/r: Title',
      'someone opened pull request #2 in o/r: Title',
    ]);
  });

  it('tell of what scanners have found, on one plain line', async () => {
    const dependency = { package: { name: 'left-pad' } };
    await hub.send('dependabot_alert', {
      action: 'created',
      repository,
      alert: { dependency, security_advisory: { summary: 'It\nbreaks' } },
    });
    await hub.send('code_scanning_alert', {
      action: 'created',
      repository,
      alert: { rule: { description: 'Injection' } },
    });
    await hub.bus.idle();
    expect(told).toEqual(['o/r depends on left-pad: It breaks', 'A scanner found in o/r: Injection']);
  });
});
