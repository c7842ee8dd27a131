import { ANY_HOST, type Hostname, covers } from '../model/hostname.ts';

/** The hostnames that two patterns have in common; `undefined`: none. Any host has every hostname in common. */
export function intersection(a: Hostname, b: Hostname): Hostname | undefined {
  if (isWithin(b, a)) return b;
  return isWithin(a, b) ? a : undefined;
}

/** Whether a pattern covers every hostname that another one does. */
export function isWithin(inner: Hostname, outer: Hostname): boolean {
  return outer === ANY_HOST || covers(outer, inner);
}
