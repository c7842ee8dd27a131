import type { PassObserver } from '../../runtime/controller.ts';
import type { Logger } from './logger.ts';

/** Writes each pass to the log and hands it on to the metrics. */
export function observePasses(log: Logger, metrics: PassObserver): PassObserver {
  return {
    ended(controller, key, seconds, failures, unexpected) {
      metrics.ended(controller, key, seconds, failures, unexpected);
      const fields = { controller, key, ms: Math.round(seconds * 1000) };
      if (unexpected !== undefined) log.error('A pass ended in a bug', { ...fields, error: stackOf(unexpected) });
      for (const { reason, disposition, message } of unexpected === undefined ? failures : [])
        log.warn('A pass met a failure', { ...fields, reason, disposition, error: message });
      if (failures.length === 0) log.debug('A pass ended', fields);
    },
  };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
