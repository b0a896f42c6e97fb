import { describe, expect, it } from '@jest/globals';
import { RootEventBus } from 'nestjs-event-bus/core';
import { recordEvents } from 'nestjs-event-bus/testing';

function recorded(emits: readonly (readonly [topic: string, data: unknown])[]) {
  const recorder = recordEvents(new RootEventBus());
  for (const [topic, data] of emits) recorder.bus.emit(topic, data);
  return (pattern: string, partial?: object): string => {
    try {
      recorder.expect(pattern, partial);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('it did not fail');
  };
}

const times = (count: number, topic: string, data: (n: number) => unknown = (n) => ({ n })) =>
  Array.from({ length: count }, (_, n) => [topic, data(n)] as const);

describe('The message of a failure', () => {
  it('says so when nothing was recorded', () => {
    expect(recorded([])('job:done')).toBe(
      'Expected an event "job:done", but none was emitted.\n\nNothing was recorded at all.',
    );
  });

  it('shows what else was recorded when no topic matches, the same domain alone where there is any', () => {
    const failure = recorded([
      ['job:run', 1],
      ['mail:sent', 2],
    ]);
    expect(failure('order:placed')).toContain('\n\nRecorded:\n  "job:run": 1\n  "mail:sent": 2');
    expect(failure('job:done')).toContain(
      '\n\nRecorded in the domain "job" (of 2 events in all):\n  "job:run": 1',
    );
    expect(failure('job:done')).not.toContain('mail');
  });

  it('shows the last ten of many, and how many there were', () => {
    const message = recorded(times(12, 'job:run'))('order:placed');
    expect(message).toContain('Recorded (10 of 12):\n  "job:run": { n: 2 }');
    expect(message.split('\n')).toHaveLength(13);
  });

  it('shows the ten closest of many that match, and five differences of each', () => {
    const many = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`p${n}`, n]));
    const message = recorded([...times(11, 'job:run', () => ({})), ['job:run', { p0: 0 }]])('job:run', many);
    expect(message).toContain(
      'The closest (10 of 12):\n  "job:run": { p0: 0 }\n    - p1 should be 1, and is undefined',
    );
    expect(message).toContain('    - p5 should be 5, and is undefined\n    - and 2 more differences\n');
    expect(message.match(/"job:run": /g)).toHaveLength(10);
  });

  it('shows last what was refused, whose data it does not know', () => {
    const recorder = recordEvents(new RootEventBus());
    expect(() => recorder.bus.emit('job:run', {}, { metadata: 1 as never })).toThrow('metadata');
    recorder.bus.emit('job:run', {});
    expect(() => recorder.expect('job:run', { n: 1 })).toThrow(
      /The closest:\n {2}"job:run": \{\}\n {4}- n should be 1, and is undefined\n {2}"job:run", refused: .*metadata.*$/,
    );
  });

  it('indents data of several lines', () => {
    const wide = Object.fromEntries(Array.from({ length: 3 }, (_, n) => [`p${n}`, 'x'.repeat(50)]));
    expect(recorded([['job:run', wide]])('order:placed')).toMatch(
      /"job:run": \{\n {4}p0: 'x+',\n.*\n.*\n {2}\}$/,
    );
  });

  it('shows no more of a value than a message bears', () => {
    const big = Array.from({ length: 1_000 }, (_, n) => ({ text: `${n}`.repeat(1_000) }));
    expect(recorded([['job:run', big]])('job:run', { n: 1 }).length).toBeLessThan(2_500);
    const long = Array.from({ length: 12 }, (_, n) => n);
    expect(recorded([['job:run', long]])('order:placed')).toMatch(/9,\s+\.\.\. 2 more items/);
  });

  it('shows by what they match the matchers of test runners, at any depth', () => {
    const message = recorded([['job:run', {}]])('job:run', {
      id: expect.any(String),
      list: [expect.stringMatching(/^a/), { deep: expect.objectContaining({ a: expect.any(Number) }) }],
    });
    expect(message).toContain(
      'with data containing {\n  id: Any<String>,\n  list: [ StringMatching /^a/, { deep: ObjectContaining { a: Any<Number> } } ]\n}, but',
    );
    expect(recorded([['job:run', 1]])('job:run', { asymmetricMatch: () => false, name: 'mine' })).toContain(
      "name: 'mine'",
    );
  });

  it('can show data that does not want to be shown', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('private');
        },
      },
    );
    expect(recorded([['job:run', hostile]])('order:placed')).toContain("(something that can't be shown)");
  });

  it('can show circular data, and a circular expectation', () => {
    const circle: { self?: unknown; n: number } = { n: 1 };
    circle.self = circle;
    const other = { ...circle, n: 2 };
    const message = recorded([['job:run', other]])('job:run', circle);
    expect(message).toContain('- n should be 1, and is 2');
    expect(message).not.toContain("can't be shown");
  });
});
