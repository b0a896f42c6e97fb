import { describe, expect, it } from '@jest/globals';
import { toAsyncApi } from 'nestjs-event-bus/catalog';
import { ordersCatalogue } from './orders-catalogue.js';
import { catalogueOf, hears } from './facts.js';

const document = toAsyncApi(ordersCatalogue);

describe('The catalogue as AsyncAPI', () => {
  it('has the title and the version that it is given', () => {
    expect(toAsyncApi(ordersCatalogue, { title: 'Orders', version: '2.1.0' })).toMatchObject({
      asyncapi: '3.0.0',
      info: { title: 'Orders', version: '2.1.0' },
    });
    expect(document.info).toEqual({ title: 'Events', version: '1.0.0' });
  });

  it('has a channel for each topic, who emits as sender and who hears as receiver', () => {
    expect(document.channels['order:placed']).toMatchObject({ address: 'order:placed' });
    const operations = Object.values(document.operations) as Operation[];
    const ofPlaced = operations.filter(({ channel }) => channel.$ref === '#/channels/order:placed');
    expect(ofPlaced.map(({ action, title }) => `${action} ${title}`)).toEqual([
      'send OrdersModule',
      'receive MailModule/Mail.send',
      'receive MailModule/Mail.send',
    ]);
  });

  it('has every operation once, on the channel of the pattern that it names', () => {
    const emitters = 2;
    const listeners = 6;
    expect(Object.keys(document.operations)).toHaveLength(emitters + listeners);
  });

  it('leaves the address of a pattern open', () => {
    expect(document.channels['order:**']).toMatchObject({ address: null, title: 'order:**' });
  });

  it('keeps the references within a schema, also of one that has itself for a part', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]*)"/g)].map(([, to]) => to!);
    const schemas = references.filter((reference) => reference.includes('/payload'));
    expect(schemas).toContain('#/channels/category:changed/messages/event/payload');
    expect(schemas).toContain('#/channels/order:placed/messages/event/payload/definitions/Address');
    for (const reference of references) expect([reference, resolved(reference)]).not.toContain(undefined);
  });

  it('marks what is sensitive or retained', () => {
    expect(document.channels['order.placed']).toMatchObject({ messages: { event: { 'x-sensitive': true } } });
    expect(document.channels['order:placed']).toMatchObject({ messages: { event: { 'x-retained': true } } });
  });

  it('is not misled by topics that are names of every object', () => {
    const { channels } = toAsyncApi(catalogueOf({ listeners: hears('x', '__proto__', 'constructor') }));
    expect(channels).toEqual({
      '__proto__:': expect.objectContaining({ address: '__proto__' }),
      'constructor:': expect.objectContaining({ address: 'constructor' }),
    });
  });
});

interface Operation {
  action: string;
  title: string;
  channel: { $ref: string };
}

/** What a JSON pointer leads to. */
function resolved(reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
}
