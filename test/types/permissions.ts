import { Module } from '@nestjs/common';
import { declaredRights, defineEvent, Emits, Listens, type Rights } from 'nestjs-event-bus';
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
