import { describe, expect, it } from '@jest/globals';
import { EventRequest } from 'nestjs-event-bus';
import { RootEventBus } from 'nestjs-event-bus/core';

const emit = (metadata?: Record<string, unknown>) =>
  new RootEventBus().emit('a:b', { n: 1 }, metadata === undefined ? {} : { metadata });

describe('The event context that REQUEST holds', () => {
  it('has the event and its data', () => {
    const event = emit();
    expect(new EventRequest(event)).toEqual({ event, data: { n: 1 }, headers: {} });
  });

  it('has the headers that the event’s metadata brings, as strategies and libraries expect of a request', () => {
    const headers = { 'x-tenant-id': 'a' };
    expect(new EventRequest(emit({ headers })).headers).toBe(headers);
  });

  it.each([['text'], [null], [5], [undefined]])(
    'has no headers where the metadata’s are no object: %p',
    (headers) => {
      expect(new EventRequest(emit({ headers })).headers).toEqual({});
    },
  );
});
