import { isIP } from 'node:net';
import type { Call } from '../http/endpoint.ts';
import { param } from '../http/endpoint.ts';
import type { AccessRule, Decision, RuleLists } from '../state/access.ts';
import { invalidRequest } from './access-error.ts';
import { type Body, isObject } from './fields.ts';
import { SELECTORS } from './selectors.ts';

/**
 * Validates the three lists of a policy. Assumption: what is wrong is told in this order and with these words; that a
 * policy needs an include rule and that Bypass has no identity is documented.
 */
export function readRules(body: Body, decision: Decision, call: Call): RuleLists {
  const lists = {
    include: readList(body, 'include', call),
    exclude: readList(body, 'exclude', call),
    require: readList(body, 'require', call),
  };
  if (lists.include.length === 0) throw invalidRequest('policy must have at least one include rule');
  const hasIdentity = Object.values(lists).flat().some(asksForIdentity);
  if (decision === 'bypass' && hasIdentity) {
    throw invalidRequest('bypass policies do not support identity-based rules');
  }
  return lists;
}

/** Whether the selector of a rule is known only after a sign-in. */
export function asksForIdentity(rule: AccessRule): boolean {
  return SELECTORS.get(selectorOf(rule))?.identity ?? false;
}

export function selectorOf(rule: AccessRule): string {
  return Object.keys(rule)[0] ?? '';
}

function readList(body: Body, field: keyof RuleLists, call: Call): AccessRule[] {
  const list = body[field];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw invalidRequest(`${field} must be a list of rules`);
  return list.map((rule: unknown) => readRule(rule, call));
}

function readRule(rule: unknown, call: Call): AccessRule {
  const [entry, ...others] = isObject(rule) ? Object.entries(rule) : [];
  if (entry === undefined || others.length > 0) throw invalidRequest('a rule must have exactly one selector');
  const [name, given] = entry;
  const selector = SELECTORS.get(name);
  if (selector === undefined) throw invalidRequest(`unknown rule selector ${name}`);
  const values = isObject(given) ? given : {};
  for (const field of selector.fields) {
    if (values[field] === undefined || values[field] === '') throw invalidRequest(`rule ${name} needs ${field}`);
  }
  assertExists(name, values, call);
  return { [name]: name === 'ip' ? { ip: readAddress(values['ip'], call) } : values };
}

function assertExists(name: string, values: Body, call: Call): void {
  const { groups, serviceTokens, identityProviders } = call.cloud.access;
  const has = (found: { readonly accountId: string } | undefined): boolean =>
    found?.accountId === param(call, 'account');
  const isMissing =
    (name === 'group' && !has(groups.get(String(values['id'])))) ||
    (name === 'service_token' && !has(serviceTokens.get(String(values['token_id'])))) ||
    (name === 'login_method' && !has(identityProviders.get(String(values['id']))));
  if (isMissing) throw invalidRequest(`rule ${name} refers to something that does not exist`);
  const country = values['country_code'];
  if (name === 'geo' && !/^[A-Z][A-Z0-9]$/.test(String(country))) throw invalidRequest('country_code is invalid');
  if (name === 'email' && !String(values['email']).includes('@')) throw invalidRequest('email is invalid');
}

/** An address is a network of its own, as in the dashboard. */
function readAddress(value: unknown, { assumptions }: Call): string {
  const [address = '', prefix, ...others] = String(value).split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const isValid = bits > 0 && others.length === 0 && (prefix === undefined || isPrefix(prefix, bits));
  if (!isValid) throw invalidRequest('ip is invalid');
  return prefix === undefined && assumptions.singleAddresses === 'as-network' ? `${address}/${bits}` : String(value);
}

function isPrefix(text: string, most: number): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= most;
}
