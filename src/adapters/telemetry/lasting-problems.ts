import { type Clock, createClock } from '../../runtime/clock.ts';
import type { LogFields, Logger } from './logger.ts';

/** How often a problem that nobody mends is named again. */
const REMIND_EVERY_MS = 3_600_000;

/**
 * Warns of what is tried again and again: once, again when something else is wrong or it fails anew, and else once an
 * hour, so that a problem that lasts does not bury the rest of the log.
 */
export class LastingProblems {
  readonly #log: Logger;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #said = new Map<string, { readonly error: string; readonly at: number }>();

  constructor(log: Logger, clock: Pick<Clock, 'now'> = createClock()) {
    this.#log = log;
    this.#clock = clock;
  }

  /** `key` names what has failed. */
  failed(key: string, error: string, message: string, fields: LogFields = {}): void {
    if (this.#haveInputsChanged(key, error)) this.#log.warn(message, { ...fields, error });
  }

  /** The same for a bug, which is an error. */
  broke(key: string, error: string, message: string, fields: LogFields = {}): void {
    if (this.#haveInputsChanged(key, error)) this.#log.error(message, { ...fields, error });
  }

  /** Says that it works again, if it was said to fail. */
  recovered(key: string, message: string, fields: LogFields = {}): void {
    if (this.#said.delete(key)) this.#log.info(message, fields);
  }

  #haveInputsChanged(key: string, error: string): boolean {
    const now = this.#clock.now();
    const last = this.#said.get(key);
    if (last?.error === error && now - last.at < REMIND_EVERY_MS) return false;
    this.#said.set(key, { error, at: now });
    return true;
  }
}
