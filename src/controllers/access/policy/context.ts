import type { AccessPolicy, AccessServiceToken, ObjectKey } from '../../../api/objects.ts';
import { FRESH_MAX_AGE_MS } from '../../../core/fresh-max-age.ts';
import { accessMark } from '../../../core/access/mark.ts';
import type { PolicyContent } from '../../../core/access/remote.ts';
import { keyOf } from '../../../core/keys.ts';
import type { Pass } from '../../../runtime/controller.ts';
import type { AccessPort } from '../ports.ts';

export interface PolicyPort extends AccessPort {
  readonly policies: { get(key: ObjectKey): AccessPolicy | undefined };
  readonly serviceTokens: { get(key: ObjectKey): AccessServiceToken | undefined };
  /** The Tunnels whose routes, or which themselves, use a policy. */
  readonly usersOf: (policy: ObjectKey) => readonly ObjectKey[];
  readonly answers: PolicyAnswers;
}

/** By account and name of a policy, what was written and what Cloudflare made of it: it may spell rules otherwise. */
export type PolicyAnswers = Map<string, { readonly written: PolicyContent; readonly answered: PolicyContent }>;

/** One pass over a policy: what stays the same from its beginning to its end. */
export interface PolicyPass extends Pass {
  readonly policy: AccessPolicy;
  readonly key: ObjectKey;
  /** Its name at Cloudflare. */
  readonly name: string;
  /** How old a list may be. */
  readonly maxAgeMs: number;
}

export function beginPolicyPass(port: PolicyPort, policy: AccessPolicy, pass: Pass): PolicyPass {
  const key = keyOf(policy);
  const name = accessMark(port.cluster, key, port.hash);
  const isSeen = policy.status?.observedGeneration === policy.metadata.generation;
  const isFresh = pass.isRetry || !isSeen;
  return { ...pass, policy, key, name, maxAgeMs: isFresh ? FRESH_MAX_AGE_MS : port.driftIntervalMs };
}
