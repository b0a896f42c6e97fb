import { describe, expect, it } from '@jest/globals';
import {
  external,
  InvalidOptionError,
  InvalidPatternError,
  InvalidStepError,
  StartupStep,
} from 'nestjs-event-bus';

type Options = Parameters<typeof StartupStep>[0];

/** The message with which a class with such a step is refused. */
function refusal(options: unknown): string {
  try {
    StartupStep(options as Options)(Steps.prototype, 'step', { value: () => {} });
    return 'accepted';
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidStepError);
    return (error as Error).message;
  }
}
class Steps {}

describe('@StartupStep', () => {
  it.each([
    [{ timeout: -1 }, 'The option "timeout" of @StartupStep() must be a number of milliseconds'],
    [{ optional: 1 }, 'The option "optional" of @StartupStep() must be a boolean, not 1.'],
    [{ retry: true }, 'The option "retry" of @StartupStep() must be false or an object'],
    [
      { retry: { attempts: 0 } },
      'The option "retry.attempts" of @StartupStep() must be a whole number of at least 1',
    ],
    [{ retry: { backoff: { type: 'linear' } } }, '"retry.backoff.type"'],
    [{ afer: 'a:b' }, '@StartupStep() has no option "afer"'],
    [{ after: 'a b' }, '"a b" is not a pattern'],
    [{ after: ['a:b', undefined] }, 'is not a pattern'],
    [{ emits: 'a:*' }, '"emits" must be a topic or a definition, not "a:*"'],
    [null, 'The options of @StartupStep() must be an object'],
  ])('refuses %j when the class is defined', (options, message) => {
    expect(refusal(options)).toContain('@StartupStep() on Steps.step: ');
    expect(refusal(options)).toContain(message);
  });

  it('stands on methods of instances, and once on each', () => {
    const decorate = StartupStep() as MethodDecorator;
    class Other {
      static shared(): void {}
      method(): void {}
    }
    const method = Object.getOwnPropertyDescriptor(Other.prototype, 'method')!;
    expect(() => decorate(Other, 'shared', method)).toThrow(
      '@StartupStep() on Other.shared: only methods of instances',
    );
    expect(() => decorate(Other.prototype, 'property', undefined!)).toThrow(
      'only methods of instances can be steps.',
    );
    decorate(Other.prototype, 'method', method);
    expect(() => decorate(Other.prototype, 'method', method)).toThrow('it has a @StartupStep() already');
  });

  it('takes external() with a pattern and a time that will do', () => {
    expect(external('vault:opened')).toMatchObject({ pattern: 'vault:opened', timeout: 600_000 });
    expect(() => external('vault opened')).toThrow(InvalidPatternError);
    expect(() => external('vault:opened', { timeout: -1 })).toThrow(InvalidOptionError);
  });
});
