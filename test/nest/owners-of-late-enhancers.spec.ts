import { describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EventBus, EventBusModule, OnEvent, RootEventBus } from 'nestjs-event-bus';

const sources: unknown[] = [];

@Injectable({ scope: Scope.REQUEST })
class ScopedGuard implements CanActivate {
  constructor(@Inject(EventBus) private readonly bus: EventBus) {}
  canActivate(): boolean {
    sources.push(this.bus.emit('guard:asked').source);
    return true;
  }
}
@Injectable()
class SingleGuard implements CanActivate {
  constructor(@Inject(EventBus) private readonly bus: EventBus) {}
  canActivate(): boolean {
    sources.push(this.bus.emit('guard:asked').source);
    return true;
  }
}

/** Asks for a bus while the application is made, before the guards of the factory's object are known. */
@Injectable()
class Early {
  constructor(@Inject(EventBus) readonly bus: EventBus) {}
}
@Injectable()
class Known {
  constructor(@Inject(EventBus) readonly bus: EventBus) {}
  @UseGuards(ScopedGuard)
  @OnEvent('known:asked')
  on(): void {}
}
@Controller()
class KnownController {
  @UseGuards(ScopedGuard)
  @Get()
  get(): void {}
}
class Made {
  @UseGuards(ScopedGuard, SingleGuard)
  @OnEvent('made:asked')
  on(): void {}
}

@Module({ providers: [Known, Early], controllers: [KnownController] })
class KnownModule {}
@Module({ providers: [{ provide: 'MADE', useFactory: () => new Made() }] })
class MadeModule {}
@Module({ imports: [EventBusModule.forRoot({ logging: false }), KnownModule, MadeModule] })
class AppModule {}

describe('The owner of an enhancer that only a factory’s object uses', () => {
  it('is never in the module of another that uses the same class', async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    await module.init();
    const report = await module.get(RootEventBus).emitAsync('made:asked');
    expect(report.failures).toEqual([]);
    expect(sources).toEqual([expect.stringMatching('Guard'), expect.stringMatching('Guard')]);
    expect(sources.join()).not.toContain('KnownModule');
    await module.close();
  });
});
