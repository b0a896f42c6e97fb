import { type BootGate, type Observer, RootEventBus } from '../core/index.js';
import { pinoObserver } from '../logging/index.js';
import { checkModuleOptions, type EventBusModuleOptions } from './module-options.js';
import { createNestLogger } from './nest-logger.js';

/** Listens to what the engine would otherwise print to the console. */
const SILENT: Observer = {
  failed: () => {},
  denied: () => {},
  taskFailed: () => {},
  warned: () => {},
  dropped: () => {},
};

/** The one bus of an application, with the gate that holds deliveries until the application has started. */
export class BusHost {
  readonly root: RootEventBus;
  readonly gate: BootGate;

  /** @throws InvalidOptionError */
  constructor(options: EventBusModuleOptions) {
    checkModuleOptions(options);
    const { logging = {}, ...rest } = options;
    this.root = new RootEventBus(rest);
    this.gate = this.root.gate();
    this.root.observe(
      logging === false ? SILENT : pinoObserver(logging.logger ?? createNestLogger(logging.level ?? 'info')),
    );
  }
}
