/** Longest pause that a `Retry-After` is granted: the length of Cloudflare's rate window. */
export const MAX_PAUSE_MS = 300_000;

const DEFAULT_PAUSE_MS = 30_000;

/** The pause that an HTTP 429 asks for. A date, which Cloudflare does not send, counts as no header. */
export function retryAfterMs(header: string | null | undefined): number {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(seconds * 1000, MAX_PAUSE_MS) : DEFAULT_PAUSE_MS;
}
