import type { Pause } from './delivery-policy.js';
import type { BusEvent } from '../event/event.js';

/** The delivery that brought a pause. */
export interface FailedDelivery {
  readonly event: BusEvent;
  readonly error: unknown;
}

/** How far it has come when a pause begins. */
export interface PauseFigures {
  /** How many deliveries in a row have failed. */
  readonly failures: number;
  /** ms until a trial; Infinity for none. */
  readonly resumeAfter: number;
}

/** What a pause tells of itself. */
interface Listener {
  /** It began, or its trial failed and it goes on. */
  paused(figures: PauseFigures, last: FailedDelivery): void;
  /** It ended. @param event that of the trial */
  resumed(by: 'trial' | 'hand', event: BusEvent | undefined): void;
  /** Whether deliveries may begin may have changed. */
  changed(): void;
}

/**
 * The pause of a handler that keeps failing. After so many failures in a row nothing is let through for a time; then one
 * delivery is, on trial: its success ends the pause, its failure begins it anew.
 */
export class FailurePause {
  #state: 'running' | 'paused' | 'due' | 'trial' = 'running';
  #failures = 0;
  /** Changes with the state: what a delivery came to says nothing about a state that began after it. */
  #round = 0;
  #timer: NodeJS.Timeout | undefined;
  /** A pause was told of, and its end wasn't yet. */
  #told = false;

  constructor(
    private readonly policy: Pause,
    private readonly listener: Listener,
  ) {}

  /** Nothing gets through but a trial. */
  get isPaused(): boolean {
    return this.#state !== 'running';
  }

  /** How many deliveries in a row have failed. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether a delivery may begin now. */
  get isOpen(): boolean {
    return this.#state === 'running' || this.#state === 'due';
  }

  /** A delivery begins. Answers the round by which its outcome counts. */
  begin(): number {
    if (this.#state === 'due') this.#set('trial');
    // What begins all the same, while others wait for the trial, says nothing about it.
    else if (this.#state !== 'running') return -1;
    return this.#round;
  }

  succeeded(round: number, event: BusEvent): void {
    if (round !== this.#round) return;
    this.#failures = 0;
    if (this.#state === 'trial') this.#resume('trial', event);
  }

  /** Counts a failure. Returns what tells of the pause if it brought one; the failure itself is to be told of before. */
  failed(round: number, last: FailedDelivery): (() => void) | undefined {
    if (round !== this.#round) return undefined;
    this.#failures++;
    if (this.#state === 'running' && this.#failures < this.policy.failures) return undefined;
    this.#set('paused');
    this.#startTimer();
    const paused = this.#round;
    return () => {
      if (paused !== this.#round) return; // resumed meanwhile
      this.#told = true;
      this.listener.paused({ failures: this.#failures, resumeAfter: this.policy.resumeAfter }, last);
    };
  }

  /** By hand: the pause ends, and counting begins anew. */
  resume(): void {
    this.#failures = 0;
    this.#resume('hand', undefined);
  }

  /** Makes way for a pause by hand, or for the end of the subscription. */
  stop(): void {
    this.#failures = 0;
    if (this.isPaused) this.#set('running');
  }

  #resume(by: 'trial' | 'hand', event: BusEvent | undefined): void {
    if (this.isPaused) this.#set('running');
    if (!this.#told) return;
    this.#told = false;
    this.listener.resumed(by, event);
  }

  #startTimer(): void {
    if (this.policy.resumeAfter === Infinity) return;
    this.#timer = setTimeout(() => this.#set('due'), this.policy.resumeAfter);
    // A pause is nothing that a process has to live for.
    this.#timer.unref();
  }

  #set(state: 'running' | 'paused' | 'due' | 'trial'): void {
    clearTimeout(this.#timer);
    this.#state = state;
    this.#round++;
    this.listener.changed();
  }
}
