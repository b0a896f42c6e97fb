import { type BootGate, type Observer, RootEventBus } from '../core/index.js';
import { pinoObserver } from '../logging/index.js';
import { ModuleRights } from './module-rights.js';
import { checkModuleOptions, type EventBusModuleOptions, type LoggingOptions } from './module-options.js';
import { createNestLogger } from './nest-logger.js';
import { resolvePermissions } from './permission-options.js';

/** Listens to what the engine would otherwise print to the console. */
const SILENT: Observer = {
  failed: () => {},
  paused: () => {},
  denied: () => {},
  taskFailed: () => {},
  warned: () => {},
  dropped: () => {},
};

/** The one bus of an application, with the gate that holds deliveries until the application has started. */
export class BusHost {
  readonly root: RootEventBus;
  readonly gate: BootGate;
  readonly rights: ModuleRights;

  /** @throws InvalidOptionError */
  constructor(options: EventBusModuleOptions) {
    checkModuleOptions(options);
    const { logging = {}, permissions, ...rest } = options;
    this.rights = new ModuleRights(resolvePermissions(permissions));
    this.root = new RootEventBus({ ...rest, permissions: this.rights.mode });
    this.gate = this.root.gate();
    this.root.observe(logging === false ? SILENT : createLog(this.root, logging));
  }
}

function createLog(root: RootEventBus, { logger, level = 'info', ...options }: LoggingOptions): Observer {
  return pinoObserver(root, logger ?? createNestLogger(level), options);
}
