import { describe, expect, it } from '@jest/globals';
import { parseBenchOptions, parseGuardOptions } from '../../benchmarks/harness/options.mjs';
import { UsageError } from '../../benchmarks/harness/usage-error.mjs';

const bench = (line: string) => parseBenchOptions(line.split(' ').filter((word) => word !== ''));
const guard = (line: string) => parseGuardOptions(line.split(' ').filter((word) => word !== ''));

describe('The command line of the benchmarks', () => {
  it('asks for everything on the oldest and the newest Node, when it says nothing', () => {
    expect(bench('')).toMatchObject({ scenarios: [], isComplete: true, nodes: ['20', '24'] });
    expect(bench('--node 22,24.1.0')).toMatchObject({ isComplete: true, nodes: ['22', '24.1.0'] });
  });

  it.each(['emit', '--only bus-bare', '--rounds 3', 'emit-1 --node 20'])(
    'asks for a part, of which nothing is written: %s',
    (line) => {
      expect(bench(line).isComplete).toBe(false);
    },
  );

  it('asks for a part on this Node, unless it names others', () => {
    expect(bench('emit memory --only a,b --rounds 7')).toMatchObject({
      scenarios: ['emit', 'memory'],
      only: ['a', 'b'],
      rounds: 7,
      nodes: undefined,
    });
    expect(bench('emit --node 24').nodes).toEqual(['24']);
  });

  it.each([
    ['--ony a', /--ony/],
    ['--only', /--only/],
    ['--only a,,b', /--only takes names/],
    ['--rounds 0', /--rounds .* at least 1, not "0"/],
    ['--rounds 2.5', /not "2\.5"/],
    ['--rounds many', /not "many"/],
    ['--node twenty', /--node .* not "twenty"/],
    ['--render emit', /--render/],
  ])('is refused in a sentence: %s', (line, message) => {
    expect(() => bench(line)).toThrow(UsageError);
    expect(() => bench(line)).toThrow(message);
  });

  it('of the guard knows two options, and nothing else', () => {
    expect(guard('')).toEqual({ update: false, nodes: undefined });
    expect(guard('--update --node 20,24')).toEqual({ update: true, nodes: ['20', '24'] });
    expect(() => guard('emit-1')).toThrow(/takes no "emit-1"/);
    expect(() => guard('--only bus-bare')).toThrow(UsageError);
  });
});
