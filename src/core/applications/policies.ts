/** Finds what an application needs in its account: ids of policies and of login methods. */
import type { Condition } from '../../api/conditions.ts';
import type { AccessPolicy, ObjectKey } from '../../api/objects.ts';
import type { NamedObject } from '../access/remote.ts';
import { isWildcard } from '../model/hostname.ts';
import { quoted } from '../quote.ts';
import { splitKey } from '../keys.ts';
import { suggest } from '../suggest.ts';
import type { NeededApplication } from './guards.ts';

/** The AccessPolicies of the cluster. */
export interface AccessPolicies {
  get(key: ObjectKey): AccessPolicy | undefined;
  list(): readonly AccessPolicy[];
}

/** Ids in the order of the policies, or what is missing. */
export type ResolvedPolicies = { readonly ids: readonly string[]; readonly isUnchecked: boolean } | Missing;

export interface Missing {
  readonly missing: string;
  /** It is being made, and nobody has to do anything. */
  readonly isComing?: true;
}

/** Whether one of the policies lets requests in without a token, so that connectors cannot ask for one. */
export function isAnyUnchecked(policies: readonly ObjectKey[], known: Pick<AccessPolicies, 'get'>): boolean {
  return policies.some((key) => known.get(key)?.spec.decision === 'Bypass');
}

export function resolvePolicies(
  { domain, policies }: NeededApplication,
  accountId: string,
  known: AccessPolicies,
): ResolvedPolicies {
  if (policies === 'everyone') return { ids: [], isUnchecked: true };
  const ids: string[] = [];
  for (const key of policies) {
    const policy = known.get(key);
    const id = policy?.status?.accounts?.find((one) => one.accountId === accountId)?.policyId;
    if (policy === undefined) return { missing: unknownPolicy(key, known) };
    if (id === undefined) return notMade(policy, key);
    ids.push(id);
  }
  const isUnchecked = isAnyUnchecked(policies, known);
  if (isUnchecked && isWildcard(domain)) return { missing: openWildcard(domain) };
  return { ids, isUnchecked };
}

/** Why a policy that does not exist cannot be used, and what may be meant. */
export function unknownPolicy(key: ObjectKey, known: AccessPolicies): string {
  const { namespace, name } = splitKey(key);
  const names = known.list().flatMap(({ metadata }) => (metadata.namespace === namespace ? [metadata.name] : []));
  const meant = suggest(name, names);
  return `AccessPolicy ${key} does not exist${meant === undefined ? '. Create it' : `, did you mean ${meant}?`}`;
}

/** Its own status says what keeps it from being made, if that is more than time. */
function notMade({ status }: AccessPolicy, key: ObjectKey): Missing {
  const ready = ((status?.conditions ?? []) as readonly Condition[]).find(({ type }) => type === 'Ready');
  const missing = `AccessPolicy ${key} is not made in this account yet`;
  if (ready?.status !== 'False' || ready.reason === 'Progressing') return { missing, isComing: true };
  return { missing: `${missing} (${ready.message})` };
}

/** A wildcard of Access covers one label, and that of a tunnel all of them. */
function openWildcard(domain: string): string {
  return `a policy with decision Bypass cannot be used for ${domain}: connectors would let in what Access does not cover. Use it on single hostnames`;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether login methods are named, so that those of the account have to be known. */
export function namesLoginMethods(wanted: readonly string[]): boolean {
  return wanted.some((nameOrId) => !UUID.test(nameOrId));
}

export function resolveLoginMethods(
  wanted: readonly string[],
  known: readonly NamedObject[],
): { readonly ids: readonly string[] } | { readonly missing: string } {
  const ids: string[] = [];
  for (const nameOrId of wanted) {
    const [found, ...others] = known.filter(({ name }) => name === nameOrId);
    if (UUID.test(nameOrId)) ids.push(nameOrId);
    else if (found === undefined) return { missing: unknownLoginMethod(nameOrId, known) };
    else if (others.length > 0)
      return { missing: `the account has several login methods ${quoted(nameOrId)}. Set the id of one in ${FIELD}` };
    else ids.push(found.id);
  }
  return { ids };
}

const FIELD = 'spec.access.identityProviders';

function unknownLoginMethod(name: string, known: readonly NamedObject[]): string {
  const names = known.map((one) => one.name);
  const meant = suggest(name, names);
  return `${FIELD} names ${quoted(name)}, and the account has no login method of that name${meant === undefined ? '' : `, did you mean ${meant}?`}`;
}
