/** Writes into a message which URLs keep working despite its problem, and reads them from it. */
import type { Route } from '../model/route.ts';
import { urls } from './urls.ts';

/** Separates a problem from the URLs that keep working. */
export const STILL_SERVED = ' (still served: ';

export function stillServedSuffix(served: readonly Route[]): string {
  return served.length === 0 ? '' : `${STILL_SERVED}${urls(served)})`;
}

/** The URLs that a message says to keep working; of a long list, only those that it names. */
export function stillServed(message: string): ReadonlySet<string> {
  const start = message.lastIndexOf(STILL_SERVED);
  if (start === -1) return new Set();
  return new Set(message.slice(start + STILL_SERVED.length, -1).split(', '));
}
