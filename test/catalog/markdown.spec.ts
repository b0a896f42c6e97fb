import { describe, expect, it } from '@jest/globals';
import { defineEvent } from 'nestjs-event-bus';
import { toMarkdown } from 'nestjs-event-bus/catalog';
import { check } from 'prettier';
import { z } from 'zod';
import { catalogueOf, emits, hears } from './facts.js';

const page = (facts: Parameters<typeof catalogueOf>[0], title?: string) =>
  toMarkdown(catalogueOf(facts), title === undefined ? {} : { title });
const described = (description: string) =>
  page({ definitions: [defineEvent('a:b', { description })] }).split('\n');

describe('The catalogue as Markdown', () => {
  it('shows topics, patterns, permissions and findings', () => {
    const text = page(
      {
        definitions: [
          defineEvent('order:placed', { description: 'An order.', retain: true, schema: z.string() }),
        ],
        definedIn: () => ['OrdersModule'],
        isSensitive: (topic) => topic === 'order:paid',
        emitters: [
          ...emits('OrdersModule', 'order:*'),
          { emitter: 'ShopModule/Shop', pattern: 'order:placed', seen: true },
        ],
        listeners: [
          { handler: 'MailModule/Mail.send', pattern: 'order:placed', options: { early: true, priority: 5 } },
          ...hears('AuditModule/Audit.log', 'order:**'),
          ...hears('MailModule/Mail.thank', 'order:paid', 'cart:paid'),
        ],
        permissions: {
          mode: 'strict',
          rights: [
            { holder: 'AuditModule', emits: [] },
            { holder: 'OrdersModule', emits: ['order:*', 'cart:*'], listens: ['x:y'] },
            { holder: 'PluginModule', emits: [], granted: true },
          ],
        },
      },
      'Our events',
    );
    expect(text).toBe(`# Our events

Made by \`npx nestjs-event-bus catalog\`: don’t edit it. Read from the classes of the application: what is subscribed by hand is not in it.

## Findings

- "cart:paid" is heard by MailModule/Mail.thank, and nobody declares to emit it.

## Topics

### \`cart:paid\`

- heard by MailModule/Mail.thank

### \`order:paid\`

- sensitive: its data is shown nowhere
- emitted by OrdersModule (\`order:*\`)
- heard by AuditModule/Audit.log (\`order:**\`)
- heard by MailModule/Mail.thank

### \`order:placed\`

An order.

- defined by OrdersModule
- checked by zod
- retained: the last one is kept
- emitted by OrdersModule (\`order:*\`)
- emitted by ShopModule/Shop (seen, not declared)
- heard by AuditModule/Audit.log (\`order:**\`)
- heard by MailModule/Mail.send (\`early\`, \`priority: 5\`)

\`\`\`json
{
  "type": "string"
}
\`\`\`

## Patterns

### \`order:*\`

- emitted by OrdersModule

### \`order:**\`

- heard by AuditModule/Audit.log

## Permissions

The mode is \`strict\`.

- AuditModule may emit nothing, and hear anything
- OrdersModule may emit \`order:*\`, \`cart:*\`, and hear \`x:y\`
- PluginModule is granted no more than to emit nothing, and hear anything
`);
  });

  it('is formatted as prettier formats, but for schemas', async () => {
    const facts = {
      definitions: [defineEvent('a:b', { description: 'snake_case, "quotes", 1. and 5 * 3 | a <b> & c' })],
      emitters: emits('AModule', 'a:*'),
      listeners: [
        ...hears('B/c_d._e', 'a:b', '**'),
        ...hears('(anonymous)', 'x:y'),
        { handler: 'B/C.d', pattern: 'a.b', options: { key: 'a`b', queue: { capacity: 1 } } },
      ],
      permissions: { mode: 'declared' as const, rights: [{ holder: 'AModule', emits: ['a:*'] }] },
    };
    expect(await check(page(facts), { parser: 'markdown', printWidth: 80 })).toBe(true);
  });

  it('shows what people wrote as text: no markup, no HTML, no second line', () => {
    expect(described('<img src=x onerror=alert(1)>')).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(described('# No\n\n## heading\r\n- nor `code` | **bold** [a](b) &amp; \\')).toContain(
      '\\# No \\#\\# heading - nor \\`code\\` \\| \\*\\*bold\\*\\* \\[a\\](b) &amp;amp; \\\\',
    );
    expect(described('1. no list')).toContain('1\\. no list');
    expect(described('- no list')).toContain('\\- no list');
    expect(described('a\u2028b\u0000c\u202Ed')).toContain('a b c d');
  });

  it('lets no name or option out of its code span', () => {
    const text = page({
      listeners: [{ handler: 'A/B.<i>', pattern: 'a:b', options: { key: 'x`y``z`', note: '</code>\n# No' } }],
    });
    expect(text).toContain('- heard by A/B.&lt;i&gt; (```key: "x`y``z`"```, `note: "</code>\\n# No"`)');
  });

  it('lets no schema out of its block', () => {
    const schema = z.string().meta({ description: '```\n# No' });
    const text = page({ definitions: [defineEvent('a:b', { schema })] });
    expect(text.match(/^```/gm)).toHaveLength(2);
    const [, json] = /^```json\n([^]*?)^```$/m.exec(text)!;
    expect(JSON.parse(json!)).toMatchObject({ description: '```\n# No' });
  });

  it('says whether it was read from the classes or from the application', () => {
    expect(page({ source: 'app' })).toContain('subscribed by hand');
    expect(page({ source: 'app' })).not.toBe(page({ source: 'modules' }));
  });
});
