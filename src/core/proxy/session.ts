/**
 * A visitor stays with one pod. What the visitor keeps is the opaque identity of the pod, so it works across connectors
 * and reveals no address, and only the sessions of a pod that goes have to move.
 */
import type { Session } from '../model/proxy-rule.ts';
import type { Endpoint } from './endpoints.ts';
import { type JsonObject, typed } from './envoy-json.ts';
import { SESSION_FILTER } from './names.ts';

/** Where Envoy looks for the pod that a request names, and for what it knows of each pod. */
const CHOICE = 'envoy.lb';
const OWN = 'cftunnel';

/** What Envoy knows of each pod of a cluster with sessions. */
export function sessionMetadata(session: Session): (endpoint: Endpoint) => JsonObject {
  return ({ id }) => ({
    [CHOICE]: { pod: id },
    ...(session.type === 'Cookie' ? { [OWN]: { pair: `${session.name}=${id}`, cookie: cookieOf(session, id) } } : {}),
  });
}

function cookieOf({ name, path, lifetimeMs }: Session & { type: 'Cookie' }, id: string): string {
  const age = lifetimeMs === undefined ? '' : `; Max-Age=${Math.ceil(lifetimeMs / 1000)}`;
  return `${name}=${id}; Path=${path}${age}; Secure; HttpOnly`;
}

/** Reads the pod that a request names. */
export function sessionFilter(session: Session | undefined): JsonObject {
  if (session === undefined) return {};
  const place = session.type === 'Cookie' ? { cookie: session.name } : { header: session.name };
  const rule = { ...place, on_header_present: { metadata_namespace: CHOICE, key: 'pod', type: 'STRING' } };
  return { [SESSION_FILTER]: typed('extensions.filters.http.header_to_metadata.v3.Config', { request_rules: [rule] }) };
}

/** Tells a visitor the pod. A cookie is set only where it changes, so that other answers can be cached. */
export function sessionHeader(session: Session | undefined): readonly JsonObject[] {
  if (session === undefined) return [];
  if (session.type === 'Header')
    return [answerWith(session.name, '%UPSTREAM_METADATA(envoy.lb:pod)%', 'OVERWRITE_IF_EXISTS_OR_ADD')];
  return [answerWith('set-cookie', NEW_COOKIE, 'APPEND_IF_EXISTS_OR_ADD')];
}

const OF_POD = `xds.upstream_host_metadata.filter_metadata['${OWN}']`;
const IS_KNOWN = `'cookie' in request.headers && request.headers['cookie'].contains(${OF_POD}['pair'])`;
const NEW_COOKIE = `%CEL(${IS_KNOWN} ? '' : ${OF_POD}['cookie'])%`;

function answerWith(key: string, value: string, action: string): JsonObject {
  return { header: { key, value }, append_action: action };
}
