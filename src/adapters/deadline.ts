/**
 * Runs a task that must end within `timeoutMs`, or when `parent` is aborted, whichever comes first.
 *
 * `AbortSignal.any([parent, AbortSignal.timeout(ms)])` says the same in a line, but its timer and its place in the
 * parent's list live on until the time has passed: 20 MB when ten thousand requests are made in a row. Here both end
 * with the task.
 */
export async function withinDeadline<T>(
  timeoutMs: number,
  parent: AbortSignal | null | undefined,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const giveUp = (): void => controller.abort(parent?.reason);
  if (parent?.aborted === true) giveUp();
  parent?.addEventListener('abort', giveUp, { once: true });
  const expire = (): void => controller.abort(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError'));
  const timer = setTimeout(expire, timeoutMs).unref();
  try {
    return await task(controller.signal);
  } finally {
    clearTimeout(timer);
    parent?.removeEventListener('abort', giveUp);
  }
}
