/**
 * Decides whose connections are dropped after a requested rotation. The token may have leaked, and whoever holds the
 * former one stays connected until then. A connector gets a new id whenever it starts, so once all connectors of the
 * Tunnel have been replaced, every one that was connected before the rotation is somebody else's.
 */
import { CREDENTIALS_HASH_ANNOTATION } from '../../api/names.ts';
import type { Deployment } from '../../api/objects.ts';
import type { Rollout } from './rollout.ts';

/** Whether every pod of a Deployment has started with the credentials. */
export function haveStartedWith(
  credentialsHash: string,
  deployment: Deployment | undefined,
  { kind }: Pick<Rollout, 'kind'>,
): boolean {
  const annotations = deployment?.spec.template.metadata?.annotations ?? {};
  return kind === 'complete' && annotations[CREDENTIALS_HASH_ANNOTATION] === credentialsHash;
}

/** Connectors that are still connected with the former token. */
export function stillConnected(former: readonly string[], connected: readonly string[]): readonly string[] {
  return connected.filter((id) => former.includes(id));
}
