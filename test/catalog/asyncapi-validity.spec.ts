import { Parser } from '@asyncapi/parser';
import { describe, expect, it } from '@jest/globals';
import { toAsyncApi } from 'nestjs-event-bus/catalog';
import { catalogueOf, hears } from './facts.js';
import { ordersCatalogue } from './orders-catalogue.js';

/** What the official parser makes of a document. */
async function parse(document: unknown) {
  const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document));
  return { parsed, faults: diagnostics.filter(({ severity }) => String(severity) === '0') };
}

describe('The AsyncAPI document', () => {
  it('is valid for the official parser, whatever is in the catalogue', async () => {
    const { parsed, faults } = await parse(toAsyncApi(ordersCatalogue));
    expect(faults).toEqual([]);
    expect(parsed?.version()).toBe('3.0.0');
    const channels = parsed!.channels().all();
    expect(channels.map((channel) => channel.address())).toEqual(
      expect.arrayContaining(['order:placed', 'order.placed', 'category:changed']),
    );
    const placed = channels.find((channel) => channel.address() === 'order:placed')!;
    expect(placed.operations().all()).toHaveLength(3);
    const { from, to } = placed.messages().all()[0]!.payload()!.properties()!;
    for (const address of [from!, to!]) expect(Object.keys(address.properties()!)).toEqual(['street']);
  });

  it.each([
    ['nothing', catalogueOf({})],
    ['names of every object', catalogueOf({ listeners: hears('x', '__proto__', 'constructor') })],
  ])('is valid where there is %s', async (_, catalogue) => {
    expect((await parse(toAsyncApi(catalogue))).faults).toEqual([]);
  });

  it('would be seen not to be valid', async () => {
    expect((await parse({ ...toAsyncApi(ordersCatalogue), channels: {} })).faults).not.toEqual([]);
  });
});
