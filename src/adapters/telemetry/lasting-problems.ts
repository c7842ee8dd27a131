import { type Clock, createClock } from '../../runtime/clock.ts';
import type { LogFields, Logger } from './logger.ts';

/** How often a problem that lasts is logged again. */
const REMINDER_MS = 3_600_000;

type FailureFields = LogFields & { readonly error: string };

/**
 * Logs problems of what is retried again and again: when they begin, when their error changes, and once an hour, so that
 * a lasting problem does not bury the rest of the log. Each problem has a key.
 */
export class LastingProblems {
  readonly #log: Logger;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #logged = new Map<string, { readonly error: string; readonly at: number }>();

  constructor(log: Logger, clock: Pick<Clock, 'now'> = createClock()) {
    this.#log = log;
    this.#clock = clock;
  }

  failed(key: string, message: string, fields: FailureFields): void {
    if (this.#isDue(key, fields.error)) this.#log.warn(message, fields);
  }

  failedByBug(key: string, message: string, fields: FailureFields): void {
    if (this.#isDue(key, fields.error)) this.#log.error(message, fields);
  }

  /** Logs the recovery, if the failure was logged. */
  recovered(key: string, message: string, fields: LogFields = {}): void {
    if (this.#logged.delete(key)) this.#log.info(message, fields);
  }

  #isDue(key: string, error: string): boolean {
    const now = this.#clock.now();
    const last = this.#logged.get(key);
    if (last?.error === error && now - last.at < REMINDER_MS) return false;
    this.#logged.set(key, { error, at: now });
    return true;
  }
}
