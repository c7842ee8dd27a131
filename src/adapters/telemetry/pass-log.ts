import type { EndedPass, PassObserver } from '../../runtime/controller.ts';
import { LastingProblems } from './lasting-problems.ts';
import type { Logger } from './logger.ts';

/** A failure with this reason is final: its object is gone, so it never recovers. */
const FINAL_REASON = 'LeftBehind';

/**
 * Logs passes and passes them on to the metrics. A failed key is retried every few seconds, so a failure is logged when
 * it begins, once an hour while it lasts, and when it ends.
 */
export function observePasses(log: Logger, metrics: PassObserver, problems = new LastingProblems(log)): PassObserver {
  const failing = new Map<string, ReadonlyMap<string, Failure>>();
  return {
    ended(pass) {
      metrics.ended(pass);
      const { controller, key, seconds, failures } = pass;
      const about = { controller, key };
      log.debug('Reconciled', { ...about, ms: Math.round(seconds * 1000), failures: failures.length });
      const place = `${controller} ${key}`;
      const before = failing.get(place) ?? new Map<string, Failure>();
      const now = failuresOf(place, pass);
      for (const [id, failure] of now) report(id, failure, about);
      for (const [id, { reason }] of before)
        if (!now.has(id) && reason !== FINAL_REASON)
          problems.recovered(id, 'Recovered from a failure', { ...about, reason });
      if (now.size > 0) failing.set(place, now);
      else failing.delete(place);
    },
  };

  function report(id: string, { error, isBug, ...fields }: Failure, about: object): void {
    if (isBug) problems.failedByBug(id, 'Reconciling failed because of a bug', { ...about, error });
    else problems.failed(id, 'Reconciling failed', { ...about, ...fields, error });
  }
}

interface Failure {
  readonly reason: string;
  readonly disposition: string;
  readonly error: string;
  readonly isBug: boolean;
}

/** By what identifies a failure across passes. A bug is logged alone, since it may have caused the other failures. */
function failuresOf(place: string, { failures, unexpected }: EndedPass): ReadonlyMap<string, Failure> {
  if (unexpected !== undefined) {
    const bug = { reason: 'InternalError', disposition: 'retry', error: stackOf(unexpected), isBug: true };
    return new Map([[`${place} bug`, bug]]);
  }
  return new Map(
    failures.map(({ reason, disposition, message }) => [
      `${place} ${reason} ${message}`,
      { reason, disposition, error: message, isBug: false },
    ]),
  );
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
