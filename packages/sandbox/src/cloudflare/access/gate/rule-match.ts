import { BlockList, isIP } from 'node:net';
import type { AccessGroup, AccessRule, RuleLists, ServiceToken } from '../../state/access.ts';
import { selectorOf } from '../rules.ts';

/** Who asks, as far as is known. */
export interface Subject {
  readonly address: string;
  readonly country: string;
  readonly certificate: string | undefined;
  /** The token whose secret the request has. */
  readonly serviceToken: ServiceToken | undefined;
  /** Undefined before the sign-in. */
  readonly identity: Identity | undefined;
}

export interface Identity {
  readonly email: string;
  /** The id of the identity provider. */
  readonly loginMethod?: string | undefined;
}

type Matches = (values: Readonly<Record<string, unknown>>, subject: Subject, groups: FindGroup) => boolean;
type FindGroup = (id: string) => AccessGroup | undefined;

/** The selectors that the sandbox can judge. All others match nobody. */
const MATCHES: Readonly<Record<string, Matches>> = {
  everyone: () => true,
  ip: ({ ip }, { address }) => isWithin(address, String(ip)),
  geo: ({ country_code: code }, { country }) => code === country,
  certificate: (_, { certificate }) => certificate !== undefined,
  common_name: ({ common_name: name }, { certificate }) => certificate !== undefined && name === certificate,
  service_token: ({ token_id: id }, { serviceToken }) => serviceToken?.id === id,
  any_valid_service_token: (_, { serviceToken }) => serviceToken !== undefined,
  group: ({ id }, subject, find) => groupMatches(find(String(id)), subject, find),
  email: ({ email }, { identity }) => identity?.email.toLowerCase() === String(email).toLowerCase(),
  email_domain: ({ domain }, { identity }) => {
    return identity?.email.toLowerCase().endsWith(`@${String(domain).toLowerCase()}`) === true;
  },
  login_method: ({ id }, { identity }) => identity?.loginMethod !== undefined && identity.loginMethod === id,
};

/** Whether somebody meets one rule to include, all that are required, and none to exclude. */
export function matchesRules({ include, require, exclude }: RuleLists, subject: Subject, find: FindGroup): boolean {
  const meets = (rule: AccessRule): boolean => matchesRule(rule, subject, find);
  return include.some(meets) && require.every(meets) && !exclude.some(meets);
}

function matchesRule(rule: AccessRule, subject: Subject, find: FindGroup): boolean {
  const selector = selectorOf(rule);
  return MATCHES[selector]?.(rule[selector] ?? {}, subject, find) ?? false;
}

function groupMatches(group: AccessGroup | undefined, subject: Subject, find: FindGroup): boolean {
  return group !== undefined && matchesRules(group, subject, find);
}

function isWithin(address: string, network: string): boolean {
  const [start = '', prefix] = network.split('/');
  const family = isIP(start) === 6 ? 'ipv6' : 'ipv4';
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (isIP(plain) !== isIP(start)) return false;
  const list = new BlockList();
  list.addSubnet(start, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  return list.check(plain, family);
}
