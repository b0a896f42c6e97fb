import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Logger, Module } from '@nestjs/common';
import { createApp, isRootModule } from '../../src/nest/index.js';

let happened: string[] = [];

@Injectable()
class Service {
  constructor() {
    happened.push('constructed');
    new Logger('Service').log('hello');
    new Logger('Service').warn('careful');
  }

  onApplicationBootstrap() {
    happened.push('bootstrapped');
  }
}

@Module({ providers: [Service] })
class AppModule {}

afterEach(() => {
  happened = [];
  jest.restoreAllMocks();
});

describe('An application made from its root module', () => {
  it('has nothing made in preview mode', async () => {
    const app = await createApp(AppModule, true);
    await app.close();
    expect(happened).toEqual([]);
  });

  it('is started otherwise, and keeps the standard output for what comes of it', async () => {
    const stdout = jest.spyOn(process.stdout, 'write');
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const app = await createApp({ module: AppModule }, false);
    await app.close();
    expect(happened).toEqual(['constructed', 'bootstrapped']);
    expect(stderr.mock.calls.map(([line]) => line)).toEqual(['careful Service\n']);
    expect(stdout.mock.calls).toEqual([]);
  });

  it('rejects with what the application throws, instead of ending the process', async () => {
    @Module({
      providers: [
        {
          provide: 'db',
          useFactory: () => {
            throw new Error('no database');
          },
        },
      ],
    })
    class Broken {}
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expect(createApp(Broken, false)).rejects.toThrow('no database');
    expect(stderr.mock.calls).toEqual([]);
  });

  it.each([
    ['a class under @Module()', AppModule, true],
    ['a dynamic module', { module: AppModule }, true],
    ['another class', Service, false],
    ['a function', () => {}, false],
    ['an object', {}, false],
    ['nothing', undefined, false],
    ['null', null, false],
    ['a text', 'AppModule', false],
  ])('can be made of modules alone: %s', (_, value, answer) => {
    expect(isRootModule(value)).toBe(answer);
  });
});
