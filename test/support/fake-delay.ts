/**
 * Stands in for `setTimeout` of `node:timers/promises`, which jest's fake timers leave alone: the same promise, on the
 * global timer that they do fake.
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
