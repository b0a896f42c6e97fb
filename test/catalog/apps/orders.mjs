// Apps as they come out of a compiler, for the specs of the command.
import { Module } from '@nestjs/common';
import { EventBus, EventBusModule, OnEvent } from 'nestjs-event-bus';

/** What the apps did, by which specs tell how far they were started. */
globalThis.happened ??= [];

class Mail {
  constructor(bus) {
    globalThis.happened.push('constructed');
    bus.on('order:returned', function restock() {});
  }

  send() {}

  onApplicationBootstrap() {
    globalThis.happened.push('bootstrapped');
  }

  onModuleDestroy() {
    globalThis.happened.push('destroyed');
  }
}
Reflect.defineMetadata('design:paramtypes', [EventBus], Mail);
OnEvent('order:placed')(Mail.prototype, 'send', Object.getOwnPropertyDescriptor(Mail.prototype, 'send'));

export class MailModule {}
Module({ providers: [Mail] })(MailModule);

export class AppModule {}
Module({ imports: [EventBusModule.forRoot({ logging: false }), MailModule] })(AppModule);

export const dynamic = { module: AppModule };

export class Bare {}
Module({ providers: [] })(Bare);

export class Broken {}
Module({
  imports: [EventBusModule.forRoot({ logging: false })],
  providers: [
    {
      provide: 'DB',
      useFactory: () => {
        throw new Error('no database');
      },
    },
  ],
})(Broken);

export class NoModule {}
