/** Decides what a policy is at Cloudflare, and what is wrong with it. */
import type { AccessPolicySpec } from '../../api/accesspolicy.gen.ts';
import { parseSeconds } from '../duration.ts';
import { sameJson } from '../equal.ts';
import { isRecord } from '../json.ts';
import { compare } from '../keys.ts';
import { ipRange } from './ip-range.ts';
import type { PolicyContent, RemoteDecision, RemotePolicy, RemoteRule } from './remote.ts';
import { type References, type RuleProblem, isIdentityRule, kindOf, translateRule } from './rules.ts';

export const DECISIONS: Readonly<Record<NonNullable<AccessPolicySpec['decision']>, RemoteDecision>> = {
  Allow: 'allow',
  Deny: 'deny',
  Bypass: 'bypass',
  ServiceAuth: 'non_identity',
};

const LISTS = ['include', 'require', 'exclude'] as const;

/** What the policy is to be in an account, or the first problem of its rules. */
export function contentOf(spec: AccessPolicySpec, name: string, references: References): PolicyContent | RuleProblem {
  const { decision = 'Deny', sessionDuration } = spec;
  const refusal = refusalOf(spec);
  if (refusal !== undefined) return { problem: refusal };
  const lists: Partial<Record<(typeof LISTS)[number], readonly RemoteRule[]>> = {};
  for (const list of LISTS) {
    const translated = (spec[list] ?? []).map((rule) => translateRule(rule, references));
    const index = translated.findIndex((one) => 'problem' in one);
    const problem = translated[index] as RuleProblem | undefined;
    if (problem !== undefined) return { ...problem, problem: `spec.${list}[${index}]: ${problem.problem}` };
    lists[list] = translated.flatMap((one) => ('rule' in one ? [one.rule] : []));
  }
  const { include = [], require = [], exclude = [] } = lists;
  const session = sessionDuration === undefined ? {} : { sessionDuration };
  return { name, decision: DECISIONS[decision], include, require, exclude, ...session };
}

/** Said first, because Cloudflare's own refusal does not say which rule it is about. */
function refusalOf(spec: AccessPolicySpec): string | undefined {
  if (spec.decision !== 'Bypass') return undefined;
  const identity = LISTS.flatMap((list) => (spec[list] ?? []).filter(isIdentityRule));
  const [first] = identity;
  if (first === undefined) return undefined;
  return `With Bypass nobody signs in, so a rule about who it is, such as ${kindOf(first)}, cannot be met. Use Allow, or rules such as ip`;
}

/** What a policy does that its author may not expect. It is applied nevertheless. */
export function surprisesOf({ decision, include = [], require = [] }: AccessPolicySpec): readonly string[] {
  const isAllow = decision === 'Allow';
  const has = (...kinds: readonly string[]): boolean => include.some((rule) => kinds.includes(kindOf(rule) ?? ''));
  const needsIdentity = [...include, ...require].some(isIdentityRule);
  return [
    ...(isAllow && has('ip', 'ipList') ? [IP_ASKS_FOR_LOGIN] : []),
    ...(isAllow && has('serviceToken', 'anyServiceToken') ? [TOKEN_ASKS_FOR_LOGIN] : []),
    ...(decision === 'ServiceAuth' && needsIdentity ? [SERVICE_AUTH_KNOWS_NOBODY] : []),
  ];
}

const IP_ASKS_FOR_LOGIN =
  'With Allow, a visitor from an address in include still has to sign in. To let addresses in without a login, put them into an AccessPolicy with the decision Bypass';
const TOKEN_ASKS_FOR_LOGIN =
  'With Allow, a program with a service token is still asked to sign in. Put the token into an AccessPolicy with the decision ServiceAuth';
const SERVICE_AUTH_KNOWS_NOBODY =
  'With ServiceAuth nobody signs in, so a rule about who it is, such as email, is never met. Put it into an AccessPolicy with the decision Allow';

/** Whether a policy says what it is to say, however it is spelt. */
export function isSamePolicy(wanted: PolicyContent, found: PolicyContent): boolean {
  return sameJson(canonical(wanted), canonical(found));
}

/** What Cloudflare puts for a policy that names no duration. */
const STANDARD_SESSION = '24h';

function canonical({ name, decision, include, require, exclude, sessionDuration }: PolicyContent): unknown {
  const seconds = parseSeconds(sessionDuration ?? STANDARD_SESSION);
  return { name, decision, seconds, include: inOrder(include), require: inOrder(require), exclude: inOrder(exclude) };
}

/** The rules of a list apply together, so neither their order nor that of their fields says anything. */
function inOrder(rules: readonly RemoteRule[]): readonly string[] {
  return rules.map(textOf).toSorted(compare);
}

function textOf(rule: RemoteRule): string {
  const fields = Object.entries(rule).flatMap(([kind, value]) =>
    Object.entries(isRecord(value) ? value : {})
      .map(([field, text]) => JSON.stringify([field, spelt(field, text)]))
      .toSorted(compare)
      .concat(kind),
  );
  return fields.join();
}

function spelt(field: string, value: unknown): unknown {
  return field === 'ip' && typeof value === 'string' ? (ipRange(value) ?? value) : value;
}

/**
 * Our policy in an account. There is at most one, unless somebody has copied it: then the first by id. `existing`: the id
 * in `spec.existing`, whose policy is not ours any more if it was before.
 */
export function ownPolicy(
  policies: readonly RemotePolicy[],
  name: string,
  existing: string | undefined,
): RemotePolicy | undefined {
  const own = policies.filter((policy) => policy.name === name && policy.id !== existing);
  return own.toSorted((a, b) => compare(a.id, b.id))[0];
}
