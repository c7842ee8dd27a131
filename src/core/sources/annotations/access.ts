/** Parses `cftunnel.io/access`: the AccessPolicies that decide who may enter. */
import { ACCESS } from '../../../api/annotations.ts';
import { NONE, type ReferringObject, notPermitted, readAccess } from '../../protection/policy-reference.ts';
import type { Problem, Route } from '../../model/route.ts';
import { type Fields, invalid } from './fields.ts';

export interface AccessChoice {
  readonly route: Pick<Route, 'access'>;
  readonly problems: readonly Problem[];
}

export function parseAccess(fields: Fields, referring: ReferringObject): AccessChoice {
  const text = fields.read(ACCESS);
  if (text === undefined) return { route: {}, problems: [] };
  const name = fields.nameOf(ACCESS);
  const parsed = readAccess(text, referring.from.namespace);
  if ('problem' in parsed) return { route: {}, problems: [invalid(name, parsed.problem)] };
  const access = parsed.value;
  const forbidden = access === NONE ? [] : access.flatMap((policy) => notPermitted(policy, referring) ?? []);
  return forbidden.length === 0
    ? { route: { access }, problems: [] }
    : { route: {}, problems: forbidden.map((why) => ({ reason: 'NotAllowed', message: `${name}: ${why}` })) };
}

/** Whether policies are named, however badly. */
export function asksForAccess(fields: Fields): boolean {
  const text = fields.read(ACCESS);
  return text !== undefined && text !== NONE;
}
