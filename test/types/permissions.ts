import { Module } from '@nestjs/common';
import {
  declaredRights,
  defineEvent,
  Emits,
  EventBusModule,
  Listens,
  type PermissionDenied,
  type Rights,
  RootEventBus,
} from 'nestjs-event-bus';
import { holds, type Item, type Same } from './event-map.js';

const shipped = defineEvent<'parcel:shipped', Item>('parcel:shipped');

// Texts, patterns and definitions, mixed; on modules and on any other class.
@Emits('order:placed', 'order:*', shipped, '**')
@Listens('payment.captured', 'elsewhere:anything')
@Module({})
export class Declares {}

@Emits()
@Listens()
export class Nothing {}

holds<Same<ReturnType<typeof declaredRights>, Rights>>();

// In a domain that the map knows, a pattern must hear one of its topics.
// @ts-expect-error misspelt
@Emits('order:plcaed')
export class Misspelt {}
// @ts-expect-error misspelt, though another is right
@Listens('order:placed', 'payment.cpatured')
export class MisspeltSecond {}
// @ts-expect-error no list: each is an argument of its own
@Emits(['order:placed'])
export class List {}
// @ts-expect-error no pattern
@Emits(5)
export class Five {}

// The option: a mode, or one with grants; definitions go as patterns do.
EventBusModule.forRoot({ permissions: 'strict' });
EventBusModule.forRoot({ permissions: { grants: [[Declares, { emits: [shipped, 'a:*'], root: true }]] } });
// @ts-expect-error no such mode
EventBusModule.forRoot({ permissions: 'stirct' });
// @ts-expect-error the class, not its name
EventBusModule.forRoot({ permissions: { grants: [['Declares', {}]] } });
// @ts-expect-error modules are the Nest layer's
export const root = new RootEventBus({ permissions: { mode: 'strict' } });

// What is denied is announced with a type.
root.on('system:permission_denied', (denied) => holds<Same<typeof denied, PermissionDenied>>());
root.as({ rights: { emits: ['a:*'] } });
root.as({ rights: [{ emits: ['a:*'] }, { by: 'the host', listens: [] }] });
// @ts-expect-error texts alone
root.as({ rights: { emits: [5] } });
