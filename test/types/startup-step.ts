import { BusEvent, defineEvent, external, Startup, StartupStep, StepContext } from 'nestjs-event-bus';
import type { Item, Order } from './event-map.js';

declare const text: string;
const shipped = defineEvent<'parcel:shipped', Item>('parcel:shipped');

/** Everything that step methods may look like. */
export class Steps {
  @StartupStep({ emits: 'order:placed' })
  sync(): Order {
    return { id: 1 };
  }

  @StartupStep({ emits: 'order:placed', after: 'order:cleared' })
  async async(context: StepContext): Promise<Order> {
    context.signal.throwIfAborted();
    return { id: context.attempt };
  }

  @StartupStep({ emits: 'order:cleared', after: ['order:placed', 'plugin:*', external('vault:opened')] })
  nothing(): void {}

  @StartupStep({ emits: 'order:cleared', after: external('order:*', { timeout: 5 }) })
  async asyncNothing(): Promise<void> {}

  @StartupStep({ emits: shipped, after: [shipped, 'order:placed'], optional: true, timeout: 5 })
  defined(): Item {
    return { sku: 'A' };
  }

  @StartupStep({ emits: 'plugin:loaded' })
  open() {
    return ['any'];
  }

  @StartupStep({ emits: text, after: text })
  computed() {
    return 1;
  }

  @StartupStep({ after: 'order:placed' })
  protected silent() {
    return 1;
  }

  @StartupStep()
  private bare(): void {
    void this.bare;
  }
}

export class Wrong {
  // @ts-expect-error no order
  @StartupStep({ emits: 'order:placed' })
  data() {
    return { sku: 'A' };
  }

  // @ts-expect-error nothing is no order either
  @StartupStep({ emits: 'order:placed' })
  nothing(): void {}

  // @ts-expect-error nor does it come later
  @StartupStep({ emits: 'order:placed' })
  async later() {
    return 1;
  }

  // @ts-expect-error not the data of the definition
  @StartupStep({ emits: shipped })
  defined() {
    return 1;
  }

  // @ts-expect-error a topic that its domain doesn't know
  @StartupStep({ emits: 'order:plaecd' })
  misspelt() {}

  // @ts-expect-error a pattern can't be emitted
  @StartupStep({ emits: 'order:*' })
  pattern() {}

  // @ts-expect-error waits for a topic that its domain doesn't know
  @StartupStep({ after: 'order:plaecd' })
  after() {}

  // @ts-expect-error one of those it waits for is misspelt
  @StartupStep({ after: ['order:placed', 'order:plaecd'] })
  afterSeveral() {}

  // @ts-expect-error so is one from outside
  @StartupStep({ after: external('order:plaecd') })
  afterExternal() {}

  // @ts-expect-error no such option
  @StartupStep({ afer: 'order:placed' })
  option() {}

  // @ts-expect-error a step gets no event
  @StartupStep({ after: 'order:placed' })
  parameter(event: BusEvent) {
    void event;
  }
}

declare const startup: Startup;
const ready: boolean = startup.isReady();
const names: readonly string[] = startup.pending().flatMap(({ name, awaits }) => [name, ...awaits]);
void [ready, names, startup.graph().toMermaid(), startup.timeline().criticalPath];
