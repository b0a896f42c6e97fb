import { Injectable, Module } from '@nestjs/common';
import { Listens, OnEvent } from 'nestjs-event-bus';

/** Listens to what the host doesn't grant. */
@Injectable()
class Eavesdropper {
  @OnEvent('vault:*')
  onVault(): void {}
}

@Listens('vault:*')
@Module({ providers: [Eavesdropper] })
export class EavesdropperPlugin {}
