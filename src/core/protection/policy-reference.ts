/** References to AccessPolicies, wherever they are written. */
import { ACCESS_POLICY_KIND, GROUP } from '../../api/names.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { type GrantLists, type Referrer, isPermitted } from '../grants.ts';
import { splitKey } from '../keys.ts';
import type { Parsed } from '../model/parsed.ts';
import type { RouteAccess } from '../model/route.ts';
import { quoted } from '../quote.ts';
import { suggest } from '../suggest.ts';

/** An object that names policies. */
export interface ReferringObject {
  readonly from: Referrer;
  readonly related: GrantLists;
}

export const NONE = 'none';

/** Reads a list of policies. A name without a namespace is one in `namespace`. */
export function readAccess(text: string, namespace: string): Parsed<RouteAccess> {
  if (text === NONE) return { value: NONE };
  const names = text.split(',').map((part) => part.trim());
  const bad = names.find((name) => !REFERENCE.test(name));
  if (bad !== undefined) return { problem: invalidName(bad, text) };
  if (names.includes(NONE)) return { problem: 'none cannot be combined with policies; remove one of the two' };
  const policies = names.map((name) => (name.includes('/') ? name : `${namespace}/${name}`));
  const repeated = policies.find((policy, index) => policies.indexOf(policy) !== index);
  return repeated === undefined
    ? { value: policies }
    : { problem: `names AccessPolicy ${repeated} twice; remove one of the two` };
}

/** A name, perhaps behind a namespace, with the characters that Kubernetes allows in each. */
const REFERENCE = /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\/)?[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;

function invalidName(name: string, text: string): string {
  const isNone = suggest(text.toLowerCase(), [NONE]) === NONE;
  return `${quoted(name)} must be the name of an AccessPolicy, or namespace/name${isNone ? ', did you mean none?' : ''}`;
}

/** Why an object may not use a policy; `undefined`: it may. */
export function notPermitted(policy: ObjectKey, { from, related }: ReferringObject): string | undefined {
  const to = { group: GROUP, kind: ACCESS_POLICY_KIND, ...splitKey(policy) };
  if (isPermitted({ from, to }, related)) return undefined;
  return `AccessPolicy ${policy} may not be used from namespace ${from.namespace}. Its owner can permit it with a ReferenceGrant in namespace ${to.namespace}, from ${from.kind} (group ${quoted(from.group)}) to AccessPolicy (group ${quoted(GROUP)})`;
}
