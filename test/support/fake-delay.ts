/**
 * Replaces `setTimeout` of `node:timers/promises`, which jest's fake timers do not mock: the same promise, based on the
 * global timer, which they do.
 */
export function delay(ms: number, value?: unknown, options: { readonly signal?: AbortSignal } = {}): Promise<unknown> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(value), ms);
    const abort = (): void => {
      clearTimeout(timer);
      reject(new DOMException('The operation was aborted', 'AbortError'));
    };
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
