import type { PassObserver } from '../../runtime/controller.ts';
import type { OperatorError } from '../../runtime/errors.ts';
import { LastingProblems } from './lasting-problems.ts';
import type { Logger } from './logger.ts';

/** What is told as the last word on something that is gone; it never ends. */
const FAREWELL = 'LeftBehind';

/**
 * Writes passes to the log and hands them on to the metrics. A failure is logged when it begins, once an hour while it
 * lasts, and when it is over: a key is worked on every ten seconds for as long as something is wrong with it.
 */
export function observePasses(log: Logger, metrics: PassObserver, problems = new LastingProblems(log)): PassObserver {
  const standing = new Map<string, ReadonlyMap<string, Failure>>();
  return {
    ended(controller, key, seconds, failures, unexpected) {
      metrics.ended(controller, key, seconds, failures, unexpected);
      const about = { controller, key };
      log.debug('A pass ended', { ...about, ms: Math.round(seconds * 1000), failures: failures.length });
      const before = standing.get(`${controller} ${key}`) ?? new Map<string, Failure>();
      const now = failuresOf(`${controller} ${key}`, failures, unexpected);
      for (const [id, failure] of now) tell(id, failure, about);
      for (const [id, { reason }] of before)
        if (!now.has(id) && reason !== FAREWELL) problems.recovered(id, 'A failure is over', { ...about, reason });
      if (now.size > 0) standing.set(`${controller} ${key}`, now);
      else standing.delete(`${controller} ${key}`);
    },
  };

  function tell(id: string, { error, isBug, ...fields }: Failure, about: object): void {
    if (isBug) problems.broke(id, error, 'A pass ended in a bug', { ...about });
    else problems.failed(id, error, 'A pass met a failure', { ...about, ...fields });
  }
}

interface Failure {
  readonly reason: string;
  readonly disposition: string;
  readonly error: string;
  readonly isBug: boolean;
}

/** By what makes a failure the same in the next pass. A bug is told alone: what else failed may be of its making. */
function failuresOf(
  place: string,
  failures: readonly OperatorError[],
  unexpected: unknown,
): ReadonlyMap<string, Failure> {
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
