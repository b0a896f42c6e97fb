import { Inject, Injectable } from '@nestjs/common';
import { InvalidArgumentError, RootEventBus } from '../core/index.js';
import { Own, Startup } from '../nest/index.js';
import { type BusHealth, healthFigures } from './bus-health.js';
import { downReasons } from './down-reasons.js';
import { type HealthOptions, resolveHealthOptions } from './health-options.js';

/**
 * Whether the application is ready, for the readiness check of `@nestjs/terminus`: a provider of the module that has the health
 * controller. Not for a liveness check, since nothing that it tells of is mended by a restart.
 */
@Own()
@Injectable()
export class EventBusHealthIndicator {
  // Private at run time, too: who may ask how the bus is must not get at all of it.
  readonly #root: RootEventBus;
  readonly #startup: Startup;

  constructor(@Inject(RootEventBus) root: RootEventBus, @Inject(Startup) startup: Startup) {
    this.#root = root;
    this.#startup = startup;
  }

  /**
   * Up while the application is ready, from `system:boot_complete` to `system:stopping`, and no limit is exceeded. What it
   * answers is what a health check of terminus takes, and plain data.
   *
   * @param key under which the answer stands in the check's
   * @throws InvalidArgumentError, InvalidOptionError
   */
  isHealthy<const Key extends string>(key: Key, options: HealthOptions = {}): Record<Key, BusHealth> {
    if (typeof key !== 'string' || key === '') {
      throw new InvalidArgumentError(
        'key',
        key,
        `The key of isHealthy() must be a name for the answer, such as 'events', not ${key === '' ? 'empty' : typeof key}.`,
      );
    }
    const limits = resolveHealthOptions(options, this.#root.deadLetters.capacity);
    const figures = healthFigures(this.#root.inspect(), this.#startup);
    const reasons = downReasons(figures, limits);
    const health: BusHealth =
      reasons.length === 0
        ? { status: 'up', ...figures }
        : { status: 'down', message: reasons.join(' '), ...figures };
    return { [key]: health } as Record<Key, BusHealth>;
  }
}
