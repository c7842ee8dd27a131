/**
 * Runs a task with a signal that is aborted after `timeoutMs`, or with `parent`.
 *
 * `AbortSignal.any([parent, AbortSignal.timeout(ms)])` does the same, but its timer and its listener live until the
 * timeout: 20 MB for ten thousand requests in a row. Here both end with the task.
 */
export async function withinDeadline<T>(
  timeoutMs: number,
  parent: AbortSignal | null | undefined,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(parent?.reason);
  if (parent?.aborted === true) abort();
  parent?.addEventListener('abort', abort, { once: true });
  const expire = (): void => controller.abort(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError'));
  const timer = setTimeout(expire, timeoutMs).unref();
  try {
    return await task(controller.signal);
  } finally {
    clearTimeout(timer);
    parent?.removeEventListener('abort', abort);
  }
}
