import type { StepState } from '../../core/index.js';
import type { BootSequence, StartupState } from './boot-sequence.js';
import { isOpen } from './schedule.js';
import type { StartupGraph } from './startup-graph.js';
import type { Timeline } from './timeline.js';

/** A step that has not ended. */
export interface PendingStep {
  /** `Module/Class.method` */
  readonly name: string;
  readonly topic: string | undefined;
  readonly state: Extract<StepState, 'waiting' | 'running'>;
  /** The topics (or the names, of steps without one) that have not happened yet. */
  readonly awaits: readonly string[];
  /** Those of them that no step brings. */
  readonly external: readonly string[];
}

/** How the application starts: injectable, once, like the bus. */
export class Startup {
  readonly #sequence: BootSequence;

  /** @internal */
  constructor(sequence: BootSequence) {
    this.#sequence = sequence;
  }

  /** Whether `system:boot_complete` has happened, and the application isn't stopping. */
  isReady(): boolean {
    return this.#sequence.isComplete;
  }

  /** How far the application is. */
  get state(): StartupState {
    return this.#sequence.state;
  }

  /** The steps that have not ended, and what they wait for. */
  pending(): readonly PendingStep[] {
    return this.#sequence.steps.filter(isOpen).map(({ step, state, needs, awaited }) => {
      const external = [...awaited].map(({ pattern }) => pattern);
      const missing = needs
        .filter((each) => each.state !== 'done')
        .map((each) => each.step.emits ?? each.step.name);
      return {
        name: step.name,
        topic: step.emits,
        state: state as PendingStep['state'],
        awaits: [...missing, ...external],
        external,
      };
    });
  }

  /** The steps and what they wait for. Empty until the bus's own `onModuleInit`, the first of all. */
  graph(): StartupGraph {
    return this.#sequence.graph;
  }

  /** When each step ran, and which ones the start took as long as. */
  timeline(): Timeline {
    return this.#sequence.timeline();
  }
}
