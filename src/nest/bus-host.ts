import { type BootGate, type Observer, RootEventBus } from '../core/index.js';
import { bothRedactions, type Logger, pinoObserver, redactSecrets } from '../logging/index.js';
import { ModuleRights } from './module-rights.js';
import { checkModuleOptions, type EventBusModuleOptions } from './module-options.js';
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
  /** Where the bus logs; undefined if it doesn't. */
  readonly log: Logger | undefined;

  /** @throws InvalidOptionError */
  constructor(options: EventBusModuleOptions) {
    checkModuleOptions(options);
    const { logging = {}, redact = {}, permissions, ...rest } = options;
    const { logger, level = 'info', ...log } = logging || {};
    const leftOut = bothRedactions(redact || {}, log.redact ?? {});
    const redactor = redact === false ? {} : { redactor: redactSecrets(leftOut) };
    this.rights = new ModuleRights(resolvePermissions(permissions));
    this.root = new RootEventBus({ ...rest, ...redactor, permissions: this.rights.mode });
    this.gate = this.root.gate();
    this.log = logging === false ? undefined : (logger ?? createNestLogger(level));
    this.root.observe(
      this.log === undefined ? SILENT : pinoObserver(this.root, this.log, { ...log, redact: leftOut }),
    );
  }
}
