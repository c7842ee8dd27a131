/** Parses the annotations that hold for all routes of an object. */
import { BALANCE, DNS, SESSION, TUNNEL } from '../../../api/annotations.ts';
import type { ObjectKey } from '../../../api/objects.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { Session } from '../../model/proxy-rule.ts';
import type { Balance, DnsChoice, Problem, Route } from '../../model/route.ts';
import type { RouteRequest } from '../../model/route-request.ts';
import { quoted } from '../../quote.ts';
import type { ReferringObject } from '../../protection/policy-reference.ts';
import { asksForAccess, parseAccess } from './access.ts';
import { type Annotations, annotationFields, invalid } from './fields.ts';

export interface Choices {
  /** Absent: the default Tunnel is meant. */
  readonly tunnel: ObjectKey | undefined;
  readonly balance: Balance | undefined;
  /** Absent: a visitor may get any pod. */
  readonly session: SessionChoice | undefined;
  /** What each route has of it. */
  readonly route: Pick<Route, 'dns' | 'access'>;
  /** Set where Access is asked for, however badly. */
  readonly asking: Pick<RouteRequest, 'asksForAccess'>;
  readonly problems: readonly Problem[];
}

/** A session, without the paths that it is for. */
export type SessionChoice = Pick<Session, 'type' | 'name'>;

export function parseChoices(annotations: Annotations, referring: ReferringObject): Choices {
  const tunnel = parseTunnel(annotations[TUNNEL.key], referring.from.namespace);
  const balance = oneOf<Balance>(annotations[BALANCE.key], ['connection', 'request']);
  const dns = oneOf<DnsChoice>(annotations[DNS.key], ['managed', 'disabled']);
  const session = parseSession(annotations[SESSION.key]);
  const fields = annotationFields(annotations);
  const access = parseAccess(fields, referring);
  return {
    tunnel: valueOf(tunnel),
    balance: valueOf(balance),
    session: valueOf(session),
    route: { ...('value' in dns && dns.value !== undefined ? { dns: dns.value } : {}), ...access.route },
    asking: asksForAccess(fields) ? { asksForAccess: true } : {},
    problems: [
      ...problemOf(TUNNEL.key, tunnel),
      ...problemOf(BALANCE.key, balance),
      ...problemOf(SESSION.key, session),
      ...problemOf(DNS.key, dns),
      ...access.problems,
    ],
  };
}

function parseTunnel(text: string | undefined, ownNamespace: string): Parsed<ObjectKey | undefined> {
  if (text === undefined) return { value: undefined };
  const parts = text.trim().split('/');
  if (parts.length > 2 || parts.some((part) => !/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(part)))
    return { problem: `${quoted(text)} must be name or namespace/name` };
  return { value: parts.length === 2 ? text.trim() : `${ownNamespace}/${text.trim()}` };
}

const COOKIE = 'cftunnel';

function parseSession(text: string | undefined): Parsed<SessionChoice | undefined> {
  const trimmed = text?.trim();
  if (trimmed === undefined) return { value: undefined };
  if (trimmed === 'cookie') return { value: { type: 'Cookie', name: COOKIE } };
  const [, name] = /^header:\s*([-_A-Za-z0-9]+)$/.exec(trimmed) ?? [];
  if (name !== undefined && name.toLowerCase() !== 'host') return { value: { type: 'Header', name } };
  return { problem: `${quoted(trimmed)} must be cookie or header:<Name>, such as header:X-Session` };
}

function oneOf<T extends string>(text: string | undefined, choices: readonly [T, T]): Parsed<T | undefined> {
  const trimmed = text?.trim();
  const choice = choices.find((candidate) => candidate === trimmed);
  if (trimmed === undefined || choice !== undefined) return { value: choice };
  return { problem: `${quoted(trimmed)} must be ${choices.join(' or ')}` };
}

function valueOf<T>(parsed: Parsed<T>): T | undefined {
  return 'value' in parsed ? parsed.value : undefined;
}

function problemOf(key: string, parsed: Parsed<unknown>): readonly Problem[] {
  return 'problem' in parsed ? [invalid(key, parsed.problem)] : [];
}
