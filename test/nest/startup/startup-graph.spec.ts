import { describe, expect, it } from '@jest/globals';
import { planOf } from '../../../src/nest/startup/plan.js';
import { StartupGraph } from '../../../src/nest/startup/startup-graph.js';
import type { Step } from '../../../src/nest/startup/step.js';

const steps: Step[] = [
  {
    name: 'A/Vault.unseal',
    emits: 'vault:ready',
    after: [{ pattern: 'vault:opened', deadline: 5 }],
    optional: false,
  },
  {
    name: 'B/Db.connect',
    emits: 'db:connected',
    after: [need('vault:*'), need('web:ready')],
    optional: false,
  },
  { name: 'C/Web.serve', emits: 'web:ready', after: [], optional: false },
  { name: 'D/Cache.warm', emits: undefined, after: [need('db:connected')], optional: true },
];

function need(pattern: string) {
  return { pattern, deadline: undefined };
}

describe('The graph of the startup', () => {
  const graph = new StartupGraph(planOf(steps).steps);

  it('is data: each step after what it needs', () => {
    expect(graph.steps).toEqual([
      {
        name: 'A/Vault.unseal',
        topic: 'vault:ready',
        after: ['vault:opened'],
        needs: [],
        external: ['vault:opened'],
        isOptional: false,
        isBackground: true,
      },
      {
        name: 'C/Web.serve',
        topic: 'web:ready',
        after: [],
        needs: [],
        external: [],
        isOptional: false,
        isBackground: false,
      },
      {
        name: 'B/Db.connect',
        topic: 'db:connected',
        after: ['vault:*', 'web:ready'],
        needs: ['A/Vault.unseal', 'C/Web.serve'],
        external: [],
        isOptional: false,
        isBackground: true,
      },
      {
        name: 'D/Cache.warm',
        topic: undefined,
        after: ['db:connected'],
        needs: ['B/Db.connect'],
        external: [],
        isOptional: true,
        isBackground: true,
      },
    ]);
  });

  it('is a chart in Mermaid’s language', () => {
    expect(graph.toMermaid().split('\n')).toEqual([
      'flowchart LR',
      '  x0(["vault:opened"])',
      '  s0["vault:ready<br/>A/Vault.unseal"]',
      '  s1["web:ready<br/>C/Web.serve"]',
      '  s2["db:connected<br/>B/Db.connect"]',
      '  s3["D/Cache.warm"]',
      '  x0 --> s0',
      '  s0 --> s2',
      '  s1 --> s2',
      '  s2 --> s3',
      '  classDef optional stroke-dasharray: 4',
      '  class s3 optional',
    ]);
  });

  it('is text, a line for each step', () => {
    expect(graph.toText().split('\n')).toEqual([
      'vault:ready by A/Vault.unseal, after external vault:opened',
      'web:ready by C/Web.serve',
      'db:connected by B/Db.connect, after vault:*, web:ready',
      '(no event) (optional) by D/Cache.warm, after db:connected',
    ]);
  });

  it('is empty without steps', () => {
    const empty = new StartupGraph([]);
    expect([empty.steps, empty.toMermaid(), empty.toText()]).toEqual([[], 'flowchart LR', '']);
  });
});
