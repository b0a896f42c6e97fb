import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import {
  defineEvent,
  EventBusModule,
  type EventBusModuleOptions,
  InvalidOptionError,
} from 'nestjs-event-bus';
import { startApp, startRoot } from './app.js';

@Module({})
class PluginModule {}

async function failure(permissions: unknown): Promise<unknown> {
  const bus = EventBusModule.forRoot({ permissions } as EventBusModuleOptions);
  return startRoot({ imports: [bus] }).catch((error: unknown) => error);
}

describe('The option permissions of forRoot()', () => {
  it.each([
    [
      'stirct',
      'permissions',
      /one of off, report, declared, strict, or an object with mode and grants, not "stirct"/,
    ],
    [null, 'permissions', /not null/],
    [{ mode: 'on' }, 'permissions.mode', /must be one of off, report, declared, strict, not "on"/],
    [{ grant: [] }, 'permissions.grant', /It knows permissions.mode, permissions.grants/],
    [{ grants: {} }, 'permissions.grants', /a list of \[Module/],
    [{ grants: [PluginModule] }, 'permissions.grants[0]', /a pair/],
    [
      {
        grants: [
          [PluginModule, {}],
          ['PluginModule', {}],
        ],
      },
      'permissions.grants[1]',
      /the class of the module first/,
    ],
    [{ grants: [[PluginModule, { emit: [] }]] }, 'permissions.grants[0].emit', /no option/],
    [{ grants: [[PluginModule, { emits: 'a:b' }]] }, 'permissions.grants[0].emits', /a list of patterns/],
    [
      { grants: [[PluginModule, { listens: ['a:b*'] }]] },
      'permissions.grants[0].listens',
      /"a:b\*" is not a pattern/,
    ],
    [{ grants: [[PluginModule, { root: 'yes' }]] }, 'permissions.grants[0].root', /a boolean/],
  ])('%j is refused: the error names %s', async (permissions, option, message) => {
    const error = await failure(permissions);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ option, message: expect.stringMatching(message) });
  });

  it.each([
    ['strict'],
    [{}],
    [{ mode: 'report', grants: [] }],
    [{ grants: [[PluginModule, { emits: ['a:*', defineEvent('b:c')], listens: [], root: true }]] }],
  ])('takes %j', async (permissions) => {
    const options = { permissions, logging: false } as EventBusModuleOptions;
    await expect(startApp({ imports: [PluginModule] }, options)).resolves.toBeDefined();
  });
});
