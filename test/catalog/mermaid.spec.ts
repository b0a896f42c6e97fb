import { describe, expect, it } from '@jest/globals';
import { toMermaid } from 'nestjs-event-bus/catalog';
import { catalogueOf, emits, hears } from './facts.js';

describe('The catalogue as Mermaid', () => {
  it('has modules as nodes, and on the edge between two the topics that go from one to the other', () => {
    const chart = toMermaid(
      catalogueOf({
        emitters: [...emits('OrdersModule', 'order:*'), ...emits('OrdersModule/Cart', 'cart:paid')],
        listeners: [
          ...hears('MailModule/Mail.send', 'order:placed', 'cart:paid'),
          ...hears('MailModule/Mail.thank', 'order:placed'),
          ...hears('AuditModule/Audit.log', '**'),
        ],
      }),
    );
    expect(chart).toBe(`flowchart LR
  n1["OrdersModule"]
  n2["AuditModule"]
  n3["MailModule"]
  n1 -->|"cart:paid<br>order:#42;"| n2
  n1 -->|"cart:paid<br>order:placed"| n3
`);
  });

  it('shows with a broken line who emits what nobody hears, and who hears what nobody declares to emit', () => {
    const chart = toMermaid(
      catalogueOf({ emitters: emits('A', 'a:b', 'a:c'), listeners: hears('B/C.d', 'b:*') }),
    );
    expect(chart).toBe(`flowchart LR
  n1["A"]
  n2["nobody"]
  n3["emitter not declared"]
  n4["B"]
  n1 -.->|"a:b<br>a:c"| n2
  n3 -.->|"b:#42;"| n4
`);
  });

  it('is a chart even where there is nothing', () => {
    expect(toMermaid(catalogueOf({}))).toBe('flowchart LR\n');
  });

  it('lets no name out of its quotes, and takes none for a word of its own', () => {
    const chart = toMermaid(
      catalogueOf({ listeners: [...hears('end', 'a:b'), ...hears('"]; click n1 "x\n<b>', 'a:b')] }),
    );
    const [, ...lines] = chart.trimEnd().split('\n');
    for (const line of lines) {
      expect(line).toMatch(
        /^ {2}n\d+(\["[\w :./#;-]*"\]| (-->|-\.->)\|"[\w :./#;-]*(<br>[\w :./#;-]*)*"\| n\d+)$/,
      );
    }
    expect(chart).toContain('["end"]');
  });
});
