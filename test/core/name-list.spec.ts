import { describe, expect, it } from '@jest/globals';
import { HandlersFailedError, IdleTimeoutError } from 'nestjs-event-bus/core';
import { nameList } from '../../src/core/name-list.js';
import { recordedBus } from '../support/recorded-bus.js';

const many = Array.from({ length: 25 }, (_, n) => `task ${n}`);

describe('A list of names in a message', () => {
  it.each([
    [['a'], 'a'],
    [['a', 'b'], 'a, b'],
    [['a', 'b', 'a', 'c', 'a'], 'a ×3, b, c'],
    [many.slice(0, 10), many.slice(0, 10).join(', ')],
    [many.slice(0, 11), `${many.slice(0, 10).join(', ')} and 1 more`],
    [[...many, 'task 0', 'task 24'], `task 0 ×2, ${many.slice(1, 10).join(', ')} and 16 more`],
    [[], ''],
  ])('of %j is %s', (names, text) => {
    expect(nameList(names)).toBe(text);
  });

  it('stays short however much hangs: in the warning of close, in the error of idle, and in that of a report', async () => {
    const { bus, told } = recordedBus();
    bus.on('mail:due', function send() {
      return new Promise(() => {});
    });
    for (let n = 0; n < 2_000; n++) bus.emit('mail:due');
    const error = await bus.idle({ timeout: 0 }).catch((each: unknown) => each as IdleTimeoutError);
    expect(error).toBeInstanceOf(IdleTimeoutError);
    expect((error as IdleTimeoutError).message).toContain('Still running: send ×2000.');
    expect((error as IdleTimeoutError).tasks).toHaveLength(2_000);
    const { aborted } = await bus.close({ timeout: 0 });
    expect(aborted).toEqual(Array.from({ length: 2_000 }, () => 'send'));
    expect(told.warned.at(-1)).toMatchObject({
      code: 'EVENT_BUS_ABORTED',
      message: expect.stringContaining('was aborted: send ×2000.'),
    });
    const failed = new HandlersFailedError('mail:due', 'id', many, many);
    expect(failed.message).toContain('task 9 and 15 more');
  });
});
