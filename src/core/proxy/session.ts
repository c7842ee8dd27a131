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

/** What Envoy knows of each pod of a cluster with sessions. */
export function sessionMetadata({ id }: Endpoint): JsonObject {
  return { [CHOICE]: { pod: id } };
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
  return [answerWith('set-cookie', cookieOf(session), 'APPEND_IF_EXISTS_OR_ADD')];
}

const SERVED = `xds.upstream_host_metadata.filter_metadata['${CHOICE}']['pod']`;
const NAMED = 'metadata.filter_metadata';
const IS_NAMED = `('${CHOICE}' in ${NAMED} && ${NAMED}['${CHOICE}']['pod'] == ${SERVED})`;

/** Without a pod, nothing is known of one, and each part is empty. Envoy's expressions cannot join texts. */
function cookieOf({ name, path, lifetimeMs }: Session & { type: 'Cookie' }): string {
  const age = lifetimeMs === undefined ? '' : `; Max-Age=${Math.ceil(lifetimeMs / 1000)}`;
  const parts = [literal(`${name}=`), SERVED, literal(`; Path=${path}${age}; Secure; HttpOnly`)];
  return parts.map((part) => `%CEL(${SERVED} != '' && !${IS_NAMED} ? ${part} : '')%`).join('');
}

/** A text in an expression. Names and paths may have characters that end a text, an expression or a format. */
function literal(text: string): string {
  const escaped = text.replaceAll(/[^\w /=;.~-]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `'${escaped}'`;
}

function answerWith(key: string, value: string, action: string): JsonObject {
  return { header: { key, value }, append_action: action };
}
