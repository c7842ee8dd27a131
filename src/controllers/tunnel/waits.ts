import type { ObjectKey } from '../../api/objects.ts';
import type { TunnelContext } from './context.ts';

/** What a Tunnel waits for, each for a limited time. */
const WAITS = ['credentials', 'handover', 'release', 'unseen zones'] as const;

/** The key under which the time of a wait is kept. */
export function waitOf(tunnel: ObjectKey, what: (typeof WAITS)[number]): string {
  return `${tunnel} ${what}`;
}

/** A Tunnel that is made again under the same name has the whole time. */
export function forgetWaits({ waits }: Pick<TunnelContext, 'waits'>, tunnel: ObjectKey): void {
  for (const what of WAITS) waits.end(waitOf(tunnel, what));
}
