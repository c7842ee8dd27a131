/** Finds what the rules of a policy name: by name or id, and service tokens by the AccessServiceToken. */
import type { AccessPolicySpec } from '../../api/accesspolicy.gen.ts';
import type { AccessServiceToken } from '../../api/objects.ts';
import { quoted } from '../quote.ts';
import type { NamedObject } from './remote.ts';
import type { Found, References, Rule } from './rules.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What is known of an account. */
export interface KnownObjects {
  readonly accountId: string;
  readonly groups: readonly NamedObject[];
  readonly loginMethods: readonly NamedObject[];
  /** An AccessServiceToken of the policy's namespace. */
  readonly serviceToken: (name: string) => AccessServiceToken | undefined;
}

export function referencesTo({ accountId, groups, loginMethods, serviceToken }: KnownObjects): References {
  return {
    group: (nameOrId) => find(nameOrId, groups, 'group'),
    loginMethod: (nameOrId) => find(nameOrId, loginMethods, 'login method'),
    serviceToken: (name) => tokenIn(accountId, name, serviceToken(name)),
  };
}

function find(nameOrId: string, objects: readonly NamedObject[], what: string): Found {
  if (UUID.test(nameOrId)) return { id: nameOrId };
  const [object, ...others] = objects.filter(({ name }) => name === nameOrId);
  if (object === undefined)
    return { missing: `names ${quoted(nameOrId)}, and the account has no ${what} of that name` };
  if (others.length > 0)
    return { missing: `names ${quoted(nameOrId)}, and the account has several of that name. Set the id of one` };
  return { id: object.id };
}

/** A policy holds the id of a token, so that of another account would let nobody in. */
function tokenIn(accountId: string, name: string, token: AccessServiceToken | undefined): Found {
  if (token === undefined) return { missing: `names ${quoted(name)}, and there is no AccessServiceToken of that name` };
  const { tokenId, accountId: ofToken } = token.status ?? {};
  if (tokenId === undefined) return { missing: `names ${quoted(name)}, which has no token yet` };
  if (ofToken !== accountId) return { missing: `names ${quoted(name)}, whose token is in another account` };
  return { id: tokenId };
}

/** Which lists of an account a policy needs: a name has to be found, an id does not. */
export function listsNeeded(spec: AccessPolicySpec): { readonly groups: boolean; readonly loginMethods: boolean } {
  const rules = [...(spec.include ?? []), ...(spec.require ?? []), ...(spec.exclude ?? [])];
  return {
    groups: rules.some(({ group }) => isName(group)),
    loginMethods: rules.some((rule) => loginMethodsOf(rule).some(isName)),
  };
}

function isName(text: string | undefined): boolean {
  return text !== undefined && !UUID.test(text);
}

function loginMethodsOf(rule: Rule): readonly (string | undefined)[] {
  const { githubOrganization, googleGroup, azureGroup, oktaGroup, samlAttribute, oidcClaim } = rule;
  const named = [githubOrganization, googleGroup, azureGroup, oktaGroup, samlAttribute, oidcClaim];
  return [rule.loginMethod, ...named.map((one) => one?.loginMethod)];
}

/** The AccessServiceTokens that a policy names. */
export function serviceTokensOf(spec: AccessPolicySpec): readonly string[] {
  const rules = [...(spec.include ?? []), ...(spec.require ?? []), ...(spec.exclude ?? [])];
  return [...new Set(rules.flatMap(({ serviceToken }) => serviceToken ?? []))];
}
