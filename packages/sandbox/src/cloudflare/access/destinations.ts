import type { Call } from '../http/endpoint.ts';
import { param } from '../http/endpoint.ts';
import { toAscii } from '../dns/record-name.ts';
import { invalidRequest } from './access-error.ts';
import { type Body, isObject } from './fields.ts';

/** The hosts and paths of an application. */
export interface Destinations {
  readonly domain: string;
  readonly uris: readonly string[];
}

/**
 * Reads `domain`, `destinations` and `self_hosted_domains`, which counts only without destinations. Without a domain, the
 * first destination is it (Assumption).
 */
export function readDestinations(body: Body, call: Call): Destinations {
  const uris = readUris(body);
  const given = body['domain'];
  const domain = typeof given === 'string' && given !== '' ? normalUri(given) : uris[0];
  if (domain === undefined) throw invalidRequest('domain is required');
  if (uris.length > 0 && !uris.includes(domain)) throw invalidRequest('domain not included in destinations');
  const all = uris.length === 0 ? [domain] : uris;
  const { domainsPerApplication: most } = call.assumptions;
  if (all.length > most) throw invalidRequest(`an application can have at most ${most} domains`);
  for (const uri of all) assertUri(uri, call);
  return { domain, uris: all };
}

/** Host and path apart. The path is empty or starts with a slash. */
export function splitUri(uri: string): { readonly host: string; readonly path: string } {
  const slash = uri.indexOf('/');
  return slash === -1 ? { host: uri, path: '' } : { host: uri.slice(0, slash), path: uri.slice(slash) };
}

function readUris(body: Body): string[] {
  const { destinations, self_hosted_domains: domains } = body;
  if (Array.isArray(destinations) && destinations.length > 0) return destinations.map(readDestination);
  return Array.isArray(domains) ? domains.map((domain: unknown) => normalUri(String(domain))) : [];
}

/** Assumption: other kinds of destinations are refused. They need WARP or Workers, which the sandbox does not have. */
function readDestination(destination: unknown): string {
  const { type = 'public', uri } = isObject(destination) ? destination : {};
  if (type !== 'public' || typeof uri !== 'string' || uri === '') throw invalidRequest('destination is invalid');
  return normalUri(uri);
}

/** Assumption: hosts in lower case and punycode, no scheme, and no slash at the end. */
function normalUri(text: string): string {
  const { host, path } = splitUri(text.trim().replace(/^https?:\/\//, ''));
  return `${toAscii(host)}${path.replace(/\/+$/, '')}`;
}

function assertUri(uri: string, call: Call): void {
  const { host, path } = splitUri(uri);
  const { applicationDomainLength: most } = call.assumptions;
  if (uri.length > most) throw invalidRequest(`domain must not be longer than ${most} characters`);
  if (/[:?#\s]/.test(uri)) throw invalidRequest('domain must not have a port, a query or an anchor');
  const parts = [...host.split('.'), ...path.split('/')];
  if (parts.some((part) => part.split('*').length > 2)) throw invalidRequest('domain has too many wildcards');
  if (!belongsToZone(host, call)) throw invalidRequest('domain does not belong to zone');
}

/** A zone counts once it is active. */
function belongsToZone(host: string, call: Call): boolean {
  const zone = call.cloud.zoneOfHost(host);
  return zone?.accountId === param(call, 'account') && zone.status === 'active';
}
