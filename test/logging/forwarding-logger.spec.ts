import { describe, expect, it } from '@jest/globals';
import { createForwardingLogger, type LogLine } from '../../src/logging/index.js';

function collect(level: string) {
  const lines: LogLine[] = [];
  return { logger: createForwardingLogger(level, (line) => lines.push(line)), lines };
}

describe('The forwarding logger', () => {
  it('hands over level, message and fields, without parsing what it wrote', () => {
    const { logger, lines } = collect('info');
    const field = { nested: true };
    logger.warn({ eventId: 'e1', field, missing: undefined }, 'look');
    expect(lines).toEqual([
      { level: 40, message: 'look', fields: { eventId: 'e1', field }, stack: undefined },
    ]);
    expect(lines[0]?.fields['field']).toBe(field);
  });

  it('hands over the stack of an error with those of its causes, and not the error', () => {
    const { logger, lines } = collect('info');
    const err = new Error('outer', { cause: new Error('inner') });
    logger.error({ err, handler: 'h' }, 'failed');
    expect(lines).toEqual([
      {
        level: 50,
        message: 'failed',
        fields: { handler: 'h' },
        stack: expect.stringMatching(/^Error: outer[^]*caused by: Error: inner/),
      },
    ]);
  });

  it('hands over nothing below its level', () => {
    const { logger, lines } = collect('warn');
    logger.info('quiet');
    expect(logger.isLevelEnabled('info')).toBe(false);
    expect(lines).toEqual([]);
    collect('silent').logger.fatal('nothing');
    expect(lines).toEqual([]);
  });

  it('copes with lines of a message only and of fields only', () => {
    const { logger, lines } = collect('info');
    logger.info('only text');
    logger.info({ only: 'fields' });
    expect(lines).toEqual([
      { level: 30, message: 'only text', fields: {}, stack: undefined },
      { level: 30, message: '', fields: { only: 'fields' }, stack: undefined },
    ]);
  });
});
