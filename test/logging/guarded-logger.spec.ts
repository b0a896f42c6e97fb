import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pinoObserver, RootEventBus } from 'nestjs-event-bus';
import { type Logger, pino, symbols } from 'pino';
import { guardLogger } from '../../src/logging/guarded-logger.js';

let warnings: jest.SpiedFunction<typeof process.emitWarning>;
beforeEach(() => {
  warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
});
afterEach(() => warnings.mockRestore());

const boom = (): never => {
  throw new Error('disk\nfull');
};
const broken = {
  writes: () => pino({ level: 'trace' }, { write: boom }),
  asks: () => Object.assign(pino({ level: 'trace' }, { write: () => {} }), { isLevelEnabled: boom }),
  serializes: () => pino({ level: 'trace', serializers: { topic: boom } }, { write: () => {} }),
};

describe('A logger that throws', () => {
  it.each(Object.entries(broken))('fails nobody, and is a process warning once: %s', (_, make) => {
    const root = new RootEventBus();
    root.observe(pinoObserver(root, make()));
    const heard = jest.fn();
    root.on('a:b', heard);
    for (let n = 0; n < 3; n++) root.emit('a:b', n);
    expect(heard).toHaveBeenCalledTimes(3);
    expect(warnings.mock.calls).toEqual([
      [
        'The logger of the event bus threw: disk\\nfull. Further lines may be lost.',
        { code: 'EVENT_BUS_LOGGER_FAILED' },
      ],
    ]);
  });

  it('is used again when it recovers', () => {
    let works = false;
    const lines: string[] = [];
    const write = (line: string): void => void (works ? lines.push(line) : boom());
    const root = new RootEventBus();
    root.observe(pinoObserver(root, pino({ level: 'debug' }, { write })));
    root.emit('a:b');
    works = true;
    root.emit('a:b');
    expect(lines).toHaveLength(1);
  });

  it('writes at a level that is known only now, and nothing at silent', () => {
    const lines: string[] = [];
    const logger = guardLogger(
      pino({ level: 'trace' }, { write: (line) => void lines.push(line) }),
      (fields) => fields,
    );
    logger.write('fatal', {}, 'a');
    logger.write('silent', {}, 'b');
    expect(lines.map((line) => (JSON.parse(line) as { level: number }).level)).toEqual([60]);
    expect(logger.isLevelEnabled('silent')).toBe(false);
  });
});

describe('The level of a logger', () => {
  const guarded = (logger: Logger) => guardLogger(logger, (fields) => fields);
  const quiet = () => pino({ level: 'info' }, { write: () => {} });

  it("is followed when it changes, also a child's own", () => {
    const parent = quiet();
    const child = parent.child({});
    const [ofParent, ofChild] = [guarded(parent), guarded(child)];
    const enabled = () => [ofParent, ofChild].map((logger) => logger.isLevelEnabled('debug'));
    expect(enabled()).toEqual([false, false]);
    child.level = 'debug';
    expect(enabled()).toEqual([false, true]);
    parent.level = 'debug';
    expect(enabled()).toEqual([true, true]);
    child.level = 'warn';
    expect(enabled()).toEqual([true, false]);
    expect(ofChild.isLevelEnabled('warn')).toBe(true);
  });

  it("is a parent's, where a child has none of its own, and is followed there, without a listener", () => {
    const parent = quiet();
    const children = Array.from({ length: 20 }, () => guarded(parent.child({})));
    const enabled = () => new Set(children.map((logger) => logger.isLevelEnabled('debug')));
    expect(enabled()).toEqual(new Set([false]));
    parent.level = 'debug';
    expect(enabled()).toEqual(new Set([true]));
    expect(parent.listenerCount('level-change')).toBe(0);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('is asked for again only when it has changed', () => {
    let times = 0;
    const itself = quiet();
    const { isLevelEnabled } = itself;
    const logger = guarded(
      Object.assign(itself, {
        isLevelEnabled: (level: string) => (times++, isLevelEnabled.call(itself, level)),
      }),
    );
    for (let count = 0; count < 5; count++) expect(logger.isLevelEnabled('debug')).toBe(false);
    expect(times).toBe(1);
  });

  it('is asked for each time where the logger doesn’t tell it', () => {
    let isEnabled = false;
    const itself = Object.assign(quiet(), { [symbols.levelValSym]: undefined });
    const logger = guarded(Object.assign(itself, { isLevelEnabled: () => isEnabled }));
    expect(logger.isLevelEnabled('debug')).toBe(false);
    isEnabled = true;
    expect(logger.isLevelEnabled('debug')).toBe(true);
  });
});
