import { describe, expect, it, jest } from '@jest/globals';
import { recordedBus } from '../../support/recorded-bus.js';

describe('Subscribing', () => {
  it('the same handler to the same pattern again returns the subscription that is there', () => {
    const { bus, told } = recordedBus();
    const handler = jest.fn();
    const first = bus.on('job:run', handler);
    expect(bus.on('job:run', handler)).toBe(first);
    expect(bus.on('job:*', handler)).not.toBe(first);
    expect(bus.on('job:run', () => {})).not.toBe(first);
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(1);
    expect(bus.inspect().subscriptions).toHaveLength(3);
    expect(told.warned).toEqual([]);
  });

  it('a handler to several patterns delivers an event that matches many of them once', async () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    for (const pattern of ['job:run', 'job:*', '**', 'job:**']) bus.on(pattern, handler);
    bus.emit('job:run');
    await bus.emitAsync('job:run');
    bus.emit('job:walk');
    expect(handler).toHaveBeenCalledTimes(3);
  });

  it('a handler to several patterns delivers through the first of them that lets the event pass', () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    const refusing = bus.on('job:run', handler, { filter: () => false });
    const paused = bus.on('job:*', handler);
    paused.pause();
    const passing = bus.on('**', handler);
    bus.emit('job:run');
    expect([refusing, paused, passing].map(({ delivered }) => delivered)).toEqual([0, 0, 1]);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('the same function by different owners is that many handlers', () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    // Owners are compared by identity: these two look alike.
    const owners = [{ class: 'Twin' }, { class: 'Twin' }];
    for (const owner of owners) bus.as(owner).on('job:run', handler);
    for (const owner of owners) bus.as(owner).on('job:*', handler);
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('the same owner through two views is the same owner', () => {
    const { bus } = recordedBus();
    const handler = (): void => {};
    const owner = { class: 'Mine' };
    expect(bus.as(owner).on('job:run', handler)).toBe(bus.as(owner).on('job:run', handler));
  });

  it('with key: false is never the same as another', () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', handler);
    for (let n = 0; n < 2; n++) bus.on('job:run', handler, { key: false });
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(3);
    expect(bus.off(handler)).toBe(true);
    expect(bus.inspect().subscriptions).toEqual([]);
  });

  it('a new handler under a known key replaces the old one of that owner and pattern, and of no other', () => {
    const { bus } = recordedBus();
    const calls: string[] = [];
    const handler = (name: string) => () => void calls.push(name);
    const old = bus.on('job:run', handler('old'), { key: 'audit' });
    bus.on('job:other', handler('other pattern'), { key: 'audit' });
    bus.as({ class: 'Other' }).on('job:run', handler('other owner'), { key: 'audit' });
    bus.on('job:run', handler('other key'), { key: 'audit2' });
    const current = bus.on('job:run', handler('new'), { key: 'audit' });
    expect([old.active, current.active]).toEqual([false, true]);
    bus.emit('job:run');
    bus.emit('job:other');
    expect(calls).toEqual(['other owner', 'other key', 'new', 'other pattern']);
  });

  it('a new handler under a known key is heard, whatever is subscribed when the old one ends', () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', () => {}, { key: 'audit' });
    const stop = bus.observe({
      unsubscribed() {
        stop();
        // So many that what was left is cleared away.
        for (let n = 0; n < 200; n++) bus.on(`other:n${n}`, () => {}).unsubscribe();
      },
    });
    const current = bus.on('job:run', handler, { key: 'audit' });
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(1);
    expect(bus.inspect().subscriptions).toMatchObject([{ id: current.id }]);
  });

  it('the same handler under a known key again returns the subscription that is there', () => {
    const { bus } = recordedBus();
    const handler = (): void => {};
    const first = bus.on('job:run', handler, { key: 'audit' });
    expect(bus.on('job:run', handler, { key: 'audit' })).toBe(first);
  });

  it('a handler with and without a key makes two, and still gets an event once', () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', handler);
    bus.on('job:run', handler, { key: 'audit' });
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('again with other options keeps the old ones, and says in a warning which were ignored', () => {
    const { bus, told } = recordedBus();
    function sendMail(): void {}
    const first = bus.on('job:run', sendMail, { priority: 1 });
    bus.on('job:run', sendMail, { priority: 1 });
    expect(told.warned).toEqual([]);
    expect(bus.on('job:run', sendMail, { priority: 2, filter: () => true })).toBe(first);
    expect(first.priority).toBe(1);
    expect(told.warned).toEqual([
      {
        code: 'EVENT_BUS_SUBSCRIBED_TWICE',
        message: expect.stringMatching(
          /sendMail is already subscribed to "job:run".*priority, filter are ignored/,
        ),
      },
    ]);
  });

  it('again after the end of a subscription makes a new one', () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    const first = bus.once('job:run', handler);
    bus.emit('job:run');
    const second = bus.once('job:run', handler);
    expect(second).not.toBe(first);
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('keeps the options as they were given, whatever the caller does to the object later', () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    const options = { once: true, filter: () => true };
    bus.on('job:run', handler, options);
    options.once = false;
    options.filter = () => false;
    bus.emit('job:run');
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(1);
  });
});
