import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { InvalidTopicError } from 'nestjs-event-bus/core';
import { stdSerializers } from 'pino';
import { type ErrorView, shownError as shown } from '../../src/logging/shown-error.js';

const view: ErrorView = { mask: (text) => text, isHidden: false };
const shownError = (error: unknown) => shown(error, view);

/** What pino would write. */
const written = (error: unknown): Record<string, unknown> =>
  JSON.parse(JSON.stringify(stdSerializers.err(shownError(error)))) as Record<string, unknown>;

class HttpError extends Error {
  readonly request = { headers: { authorization: 'Bearer secret' } };
  readonly code = 'E_HTTP';
}

describe('What a log shows of an error', () => {
  it('is its class, message, stack and code, and none of its other fields', () => {
    const error = new HttpError('no answer');
    expect(written(error)).toEqual({
      type: 'HttpError',
      message: 'no answer',
      stack: error.stack,
      code: 'E_HTTP',
    });
    expect(shownError(error)).toBeInstanceOf(HttpError);
  });

  it('includes its causes, without their fields', () => {
    const cause = new HttpError('no answer');
    const shown = written(new Error('no order', { cause }));
    expect(shown['message']).toBe('no order: no answer');
    expect(shown['stack']).toMatch(/no order[^]*caused by: [^]*no answer/);
    expect(JSON.stringify(shown)).not.toContain('secret');
  });

  it('includes the errors of an AggregateError, without their fields', () => {
    const shown = written(new AggregateError([new HttpError('one'), new HttpError('two')], 'both'));
    expect(shown['aggregateErrors']).toMatchObject([{ message: 'one' }, { message: 'two' }]);
    expect(JSON.stringify(shown)).not.toContain('secret');
  });

  it('ends where causes go round in circles', () => {
    const error = new Error('round');
    error.cause = error;
    expect(String(written(error)['message'])).toMatch(/^round(: round){1,10}$/);
  });

  it('is the same for an error of another realm', () => {
    const error: unknown = runInNewContext(`Object.assign(new TypeError('elsewhere'), { secret: 1 })`);
    expect(error).not.toBeInstanceOf(Error);
    expect(written(error)).toMatchObject({
      message: 'elsewhere',
      stack: expect.stringContaining('elsewhere'),
    });
    expect(written(error)).not.toHaveProperty('secret');
  });

  it('leaves the error as it was, also a frozen one', () => {
    const error = Object.freeze(new Error('cold'));
    expect(written(error)['message']).toBe('cold');
  });

  it.each([
    ['text', '"text" was thrown, which is no Error and has no stack'],
    [42, '42 was thrown, which is no Error and has no stack'],
    [undefined, 'undefined was thrown, which is no Error and has no stack'],
    [null, 'null was thrown, which is no Error and has no stack'],
    [Symbol('s'), 'Symbol(s) was thrown, which is no Error and has no stack'],
    [{ password: 'hunter2' }, 'an object was thrown, which is no Error and has no stack'],
    [() => 'hunter2', 'a function was thrown, which is no Error and has no stack'],
  ])('says of %p, which is no error, what it was, but shows no object', (thrown, message) => {
    expect(shownError(thrown).message).toBe(message);
    expect(String(written(thrown)['stack'])).toBe(`Error: ${message}`);
  });

  it('survives what throws when it is looked at', () => {
    const hostile = {
      get message(): string {
        throw new Error('gotcha');
      },
    };
    expect(shownError(hostile).message).toMatch(/can’t be shown/);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(shownError(proxy).message).toMatch(/can’t be shown/);
  });

  it('has message, stack, code and causes masked', () => {
    const mask = (text: string) => text.replaceAll('hunter2', '***');
    const error = Object.assign(new Error('for hunter2', { cause: new Error('of hunter2') }), {
      code: 'E_hunter2',
    });
    const text = JSON.stringify(stdSerializers.err(shown(error, { mask, isHidden: false })));
    expect(text).toContain('for ***: of ***');
    expect(text).not.toContain('hunter2');
    expect(shown('hunter2', { mask, isHidden: false }).message).toMatch(/^"\*\*\*" was thrown/);
  });

  it('has no messages where they are hidden, but those of the bus; and no frames that may be part of one', () => {
    const hidden: ErrorView = { ...view, isHidden: true };
    const changed = new Error('original hunter2\n    at hunter2');
    expect(changed.stack).toContain('hunter2'); // made when first asked for
    changed.message = 'original';
    for (const error of [
      new HttpError('hunter2\n    at hunter2'),
      changed,
      new Error('', { cause: changed }),
    ]) {
      expect(JSON.stringify(stdSerializers.err(shown(error, hidden)))).not.toContain('hunter2');
    }
    expect(shown(new HttpError('hunter2'), hidden).stack).toMatch(/^HttpError: \(not shown[^\n]*\n    at /);
    expect(shown(changed, hidden).stack).toMatch(/^Error: \(not shown[^\n]*$/);
    expect(shown(Object.assign(new Error('x'), { code: 'key hunter2' }), hidden)).not.toHaveProperty('code');
    expect(shown(new InvalidTopicError('x', 'what is wrong'), hidden).message).toBe('what is wrong');
    expect(shown(42_424, hidden).message).toMatch(/^a number was thrown/);
    expect(shown(undefined, hidden).message).toMatch(/^undefined was thrown/);
  });
});
