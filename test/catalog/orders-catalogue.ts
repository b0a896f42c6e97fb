import { defineEvent } from 'nestjs-event-bus';
import { z } from 'zod';
import { catalogueOf, emits, hears } from './facts.js';

const Address = z.object({ street: z.string() }).meta({ id: 'Address' });
const Category = z.object({
  name: z.string(),
  get children() {
    return z.array(Category);
  },
});

/** A catalogue with what is hard to write down in it. */
export const ordersCatalogue = catalogueOf({
  definitions: [
    defineEvent('order:placed', {
      description: 'An order | was `placed`\n<b>now</b>',
      retain: true,
      schema: z.object({ id: z.string(), at: z.date(), from: Address, to: Address }),
    }),
    defineEvent('order.placed'),
    defineEvent('category:changed', { schema: Category }),
  ],
  isSensitive: (topic) => topic === 'order.placed',
  emitters: emits('OrdersModule', 'order:*', 'order:placed'),
  listeners: [
    ...hears('MailModule/Mail.send', 'order:placed', 'order.placed', 'order:**', '**'),
    { handler: 'MailModule/Mail.send', pattern: 'order:placed', options: { priority: 2 } },
    ...hears('(anonymous) "x" ~/#{}', 'category:changed'),
  ],
});
