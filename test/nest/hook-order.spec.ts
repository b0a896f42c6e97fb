import { describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { hookOrder } from '../../src/nest/hook-order.js';
import { startRoot } from './app.js';

const calls: string[] = [];

class Hooks {
  onModuleInit(): void {
    calls.push(`init ${this.constructor.name}`);
  }
  onApplicationBootstrap(): void {
    calls.push(`bootstrap ${this.constructor.name}`);
  }
  onModuleDestroy(): void {
    calls.push(`destroy ${this.constructor.name}`);
  }
  onApplicationShutdown(): void {
    calls.push(`shutdown ${this.constructor.name}`);
  }
}

@Global()
@Module({})
class EarlyGlobal extends Hooks {}

@Module({})
class Leaf extends Hooks {}

@Module({ imports: [Leaf] })
class Branch extends Hooks {}

@Global()
@Module({})
class LateGlobal extends Hooks {}

class First extends Hooks {}
Module({ providers: [hookOrder(First, 'first')] })(First);

class Last extends Hooks {}
Module({ providers: [hookOrder(Last, 'last')] })(Last);

describe('The place of a module’s hooks', () => {
  it('can be before all others at the start and after them at the end, or the other way round', async () => {
    const app = await startRoot({ imports: [EarlyGlobal, Branch, Last, First, LateGlobal] });
    await app.close();
    for (const hook of ['init', 'bootstrap']) {
      const names = calls.filter((call) => call.startsWith(`${hook} `)).map((call) => call.split(' ')[1]);
      expect([names.length, names[0], names.at(-1)]).toEqual([6, 'First', 'Last']);
    }
    for (const hook of ['destroy', 'shutdown']) {
      const names = calls.filter((call) => call.startsWith(`${hook} `)).map((call) => call.split(' ')[1]);
      expect([names.length, names[0], names.at(-1)]).toEqual([6, 'Last', 'First']);
    }
  });
});
