/** The kinds of rules that a policy may have, and what each of them is at Cloudflare. */
import type { AccessPolicySpec } from '../../api/accesspolicy.gen.ts';
import { quoted } from '../quote.ts';
import { ipRange } from './ip-range.ts';
import type { RemoteRule } from './remote.ts';

export type Rule = NonNullable<AccessPolicySpec['include']>[number];
export type RuleKindName = keyof Rule;

/** Finds what a rule names. The text is why it cannot be used, as the end of a sentence. */
export interface References {
  group(nameOrId: string): Found;
  loginMethod(nameOrId: string): Found;
  serviceToken(name: string): Found;
}

export type Found = { readonly id: string } | { readonly missing: string };

/** A rule that cannot be applied. `isReference`: what it names cannot be found, at least not yet. */
export interface RuleProblem {
  readonly problem: string;
  readonly isReference?: true;
}

type Translated = { readonly rule: RemoteRule } | RuleProblem;

interface RuleKind<Value> {
  /** It is known only after a login. */
  readonly isIdentity: boolean;
  readonly translate: (value: Value, references: References) => Translated;
}

function plain(key: string, translate: (value: string) => string = String): RuleKind<string>['translate'] {
  return (value) => ({ rule: { [key]: { [key]: translate(value) } } });
}

/** A rule that names a group or login method. */
function found(reference: Found, rule: (id: string) => RemoteRule): Translated {
  return 'missing' in reference ? { problem: reference.missing, isReference: true } : { rule: rule(reference.id) };
}

type LoginMethodRule = { readonly loginMethod: string };

/** A rule about what one login method tells of people. */
function ofLoginMethod<Value extends LoginMethodRule>(
  key: string,
  fields: (value: Value) => Readonly<Record<string, string>>,
): RuleKind<Value> {
  return {
    isIdentity: true,
    translate: (value, references) =>
      found(references.loginMethod(value.loginMethod), (id) => ({
        [key]: { ...fields(value), identity_provider_id: id },
      })),
  };
}

const KINDS: { readonly [Name in RuleKindName]-?: RuleKind<NonNullable<Rule[Name]>> } = {
  email: { isIdentity: true, translate: plain('email', (value) => value.toLowerCase()) },
  emailDomain: { isIdentity: true, translate: (domain) => ({ rule: { email_domain: { domain } } }) },
  emailList: { isIdentity: true, translate: (id) => ({ rule: { email_list: { id } } }) },
  ip: { isIdentity: false, translate: translateRange },
  ipList: { isIdentity: false, translate: (id) => ({ rule: { ip_list: { id } } }) },
  country: { isIdentity: false, translate: (code) => ({ rule: { geo: { country_code: code } } }) },
  everyone: { isIdentity: false, translate: () => ({ rule: { everyone: {} } }) },
  group: {
    isIdentity: false,
    translate: (name, references) => found(references.group(name), (id) => ({ group: { id } })),
  },
  loginMethod: {
    isIdentity: true,
    translate: (name, references) => found(references.loginMethod(name), (id) => ({ login_method: { id } })),
  },
  authMethod: { isIdentity: true, translate: plain('auth_method') },
  serviceToken: {
    isIdentity: false,
    translate: (name, references) =>
      found(references.serviceToken(name), (id) => ({ service_token: { token_id: id } })),
  },
  anyServiceToken: { isIdentity: false, translate: () => ({ rule: { any_valid_service_token: {} } }) },
  certificate: { isIdentity: false, translate: () => ({ rule: { certificate: {} } }) },
  commonName: { isIdentity: false, translate: plain('common_name') },
  githubOrganization: ofLoginMethod('github-organization', ({ name, team }) => ({
    name,
    ...(team === undefined ? {} : { team }),
  })),
  googleGroup: ofLoginMethod('gsuite', ({ email }) => ({ email })),
  azureGroup: ofLoginMethod('azureAD', ({ id }) => ({ id })),
  oktaGroup: ofLoginMethod('okta', ({ name }) => ({ name })),
  samlAttribute: ofLoginMethod('saml', ({ name, value }) => ({ attribute_name: name, attribute_value: value })),
  oidcClaim: ofLoginMethod('oidc', ({ name, value }) => ({ claim_name: name, claim_value: value })),
};

export const RULE_KINDS = Object.keys(KINDS) as readonly RuleKindName[];

function translateRange(text: string): Translated {
  const ip = ipRange(text);
  return ip === undefined
    ? { problem: `${quoted(text)} is neither an address nor a range, such as 203.0.113.0/24` }
    : { rule: { ip: { ip } } };
}

/** The only kind that a rule has. The API server has refused rules without one or with several. */
export function kindOf(rule: Rule): RuleKindName | undefined {
  const [kind, ...others] = RULE_KINDS.filter((name) => rule[name] !== undefined);
  return others.length === 0 ? kind : undefined;
}

export function isIdentityRule(rule: Rule): boolean {
  const kind = kindOf(rule);
  return kind !== undefined && KINDS[kind].isIdentity;
}

export function translateRule(rule: Rule, references: References): Translated {
  const kind = kindOf(rule);
  if (kind === undefined) return { problem: 'a rule must contain exactly one kind, such as email or ip' };
  const { translate } = KINDS[kind] as RuleKind<unknown>;
  const translated = translate(rule[kind], references);
  return 'problem' in translated ? { ...translated, problem: `${kind} ${translated.problem}` } : translated;
}
