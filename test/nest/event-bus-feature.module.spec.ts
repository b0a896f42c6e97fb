import { describe, expect, it } from '@jest/globals';
import { type DynamicModule, Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import {
  DefinitionConflictError,
  defineEvent,
  EventBus,
  EventBusModule,
  type EventDefinition,
  InvalidArgumentError,
  InvalidDataError,
  ModuleNotConfiguredError,
  RootEventBus,
} from 'nestjs-event-bus';
import { numberSchema } from '../support/standard-schema.js';
import { startApp, startRoot } from './app.js';

const quiet = { logging: false } as const;
const Placed = defineEvent('order:placed', { schema: numberSchema, retain: true });

/** Emits by the topic's text, wrong data first, from the first moment on. */
@Injectable()
class Careless {
  readonly outcomes: unknown[] = [];

  constructor(readonly bus: EventBus) {
    this.emit('none');
    this.emit(1);
  }

  emit(data: unknown): void {
    try {
      this.bus.emit('order:placed', data);
      this.outcomes.push('emitted');
    } catch (error) {
      this.outcomes.push((error as object).constructor);
    }
  }
}

@Module({ providers: [Careless] })
class CarelessModule {}

/** Feature modules by their names, each with definitions of its own. */
function features(definitions: Record<string, EventDefinition[]>): DynamicModule[] {
  return Object.entries(definitions).map(([name, own]) => ({
    module: { [name]: class {} }[name]!,
    imports: [EventBusModule.forFeature(own)],
  }));
}

const failure = async (imports: NonNullable<ModuleMetadata['imports']>): Promise<unknown> =>
  startRoot({ imports }).catch((error: unknown) => error);

describe('EventBusModule.forFeature', () => {
  it.each<[string, (feature: DynamicModule[]) => NonNullable<ModuleMetadata['imports']>]>([
    ['forRoot() first', (feature) => [EventBusModule.forRoot(quiet), CarelessModule, ...feature]],
    ['forRoot() last', (feature) => [...feature, CarelessModule, EventBusModule.forRoot(quiet)]],
    [
      'forRootAsync()',
      (feature) => [
        ...feature,
        CarelessModule,
        EventBusModule.forRootAsync({
          useFactory: async () => {
            await new Promise((resolve) => setImmediate(resolve));
            return quiet;
          },
        }),
      ],
    ],
  ])('makes an emit by topic checked and retained from the first one on, with %s', async (_, imports) => {
    const app = await startRoot({ imports: imports(features({ Orders: [Placed] })) });
    expect(app.get(Careless).outcomes).toEqual([InvalidDataError, 'emitted']);
    const root = app.get(RootEventBus);
    root.history.clear();
    expect(await root.waitFor('order:placed', { past: true })).toMatchObject({ data: 1 });
  });

  it('reaches a bus that is not global, and hands it out to nobody', async () => {
    const bus = EventBusModule.forRoot({ ...quiet, isGlobal: false });
    @Module({ imports: [bus], providers: [Careless] })
    class Importing {}
    const app = await startRoot({ imports: [...features({ Orders: [Placed] }), bus, Importing] });
    expect(app.get(Careless).outcomes).toEqual([InvalidDataError, 'emitted']);

    @Module({ imports: [EventBusModule.forFeature([Placed])], providers: [Careless] })
    class NotImporting {}
    expect(String(await failure([bus, NotImporting]))).toMatch(/resolve dependencies/);
  });

  it('takes the same definition from several modules', async () => {
    const shared = EventBusModule.forFeature([Placed, Placed]);
    @Module({ imports: [shared] })
    class Sharing {}
    const app = await startApp({ imports: [shared, Sharing, ...features({ A: [Placed], B: [Placed] })] });
    expect(() => app.get(EventBus).emit('order:placed', 'none')).toThrow(InvalidDataError);
  });

  it('refuses two definitions of one topic when the application starts, naming topic and modules', async () => {
    const other = defineEvent('order:placed');
    const both = features({ Orders: [Placed], Shipping: [defineEvent('a:b'), other], Mails: [] });
    const error = await failure([...both, EventBusModule.forRoot(quiet)]);
    expect(error).toBeInstanceOf(DefinitionConflictError);
    expect(error).toMatchObject({
      topic: 'order:placed',
      modules: ['Orders', 'Shipping'],
      message: expect.stringMatching(/^"order:placed" is defined twice, by Orders and Shipping\./),
    });
    const one = await failure([EventBusModule.forRoot(quiet), ...features({ Orders: [Placed, other] })]);
    expect(one).toMatchObject({ topic: 'order:placed', modules: ['Orders'] });
  });

  it('without forRoot() fails the start, and says which module needs what', async () => {
    const error = await failure(features({ Orders: [Placed], Empty: [] }).slice(0, 1));
    expect(error).toBeInstanceOf(ModuleNotConfiguredError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /forFeature\(\), imported by Orders, needs a bus.*EventBusModule\.forRoot\(\)/,
      ),
    });
  });

  it('in a module that is loaded lazily makes its definitions known then', async () => {
    const app = await startApp({ providers: [Careless] });
    const load = (lazy: DynamicModule[]) => app.get(LazyModuleLoader).load(() => lazy[0]!);
    await load(features({ Orders: [Placed] }));
    expect(() => app.get(Careless).bus.emit('order:placed', 'none')).toThrow(InvalidDataError);
    await expect(load(features({ Late: [defineEvent('order:placed')] }))).rejects.toMatchObject({
      topic: 'order:placed',
      modules: ['Orders', 'Late'],
    });
  });

  it('in several applications shares nothing between them', async () => {
    const orders = features({ Orders: [Placed] });
    const checked = await startApp({ imports: orders });
    const free = await startApp({ imports: features({ Orders: [defineEvent('order:placed')] }) });
    expect(() => checked.get(EventBus).emit('order:placed', 'none')).toThrow(InvalidDataError);
    expect(free.get(EventBus).emit('order:placed', 'none').data).toBe('none');
  });

  it('refuses at once what is no list of definitions', () => {
    const wrong = (value: unknown) => () => EventBusModule.forFeature(value as EventDefinition[]);
    expect(wrong(undefined)).toThrow(InvalidArgumentError);
    expect(wrong(Placed)).toThrow(
      /forFeature\(\) needs a list of what defineEvent\(\) returns, and that is no list/,
    );
    expect(wrong([Placed, 'order:paid'])).toThrow(/number 2 is none\.$/);
    expect(wrong([undefined])).toThrow(
      /number 1 is none: it is undefined. Files that import each other in a circle/,
    );
  });

  it('makes an emit by topic sensitive, from the first one on', async () => {
    const Unsealed = defineEvent('vault:unsealed', { sensitive: true, retain: true });
    @Injectable()
    class Vault {
      constructor(readonly bus: EventBus) {
        bus.emit('vault:unsealed', { key: 'k-1' }, { metadata: { by: 'k-2' } });
      }
    }
    const app = await startApp({ imports: features({ VaultModule: [Unsealed] }), providers: [Vault] });
    const root = app.get(RootEventBus);
    expect(root.isSensitive('vault:unsealed')).toBe(true);
    expect(root.history.last('vault:unsealed')).toMatchObject({ data: undefined, metadata: {} });
    expect(await root.waitFor('vault:*', { past: true })).toMatchObject({ data: undefined, metadata: {} });
    const heard: unknown[] = [];
    root.on('vault:unsealed', (data) => void heard.push(data));
    root.emit('vault:unsealed', { key: 'k-3' });
    expect(heard).toEqual([{ key: 'k-3' }]);
  });
});
