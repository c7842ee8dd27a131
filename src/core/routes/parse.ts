import {
  ANNOTATION_PREFIX,
  DNS,
  HOSTNAME,
  PORT,
  PROTOCOL,
  SERVICE_ANNOTATIONS,
  TUNNEL,
} from '../../api/annotations.ts';
import type { ObjectKey, Service } from '../../api/objects.ts';
import { type Hostname, parseHostname } from '../hostname.ts';
import { suggest } from '../suggest.ts';
import { parseBackend } from './backend.ts';
import type { DnsChoice, Problem } from './route.ts';

/** What a Service's annotations ask for, before any Tunnel has been looked at. */
export interface Ask {
  /** Absent: the default Tunnel is meant. */
  readonly tunnel: ObjectKey | undefined;
  /** Empty: `<service>.<domain of the Tunnel>` is meant. */
  readonly hostnames: readonly Hostname[];
  /** Absent only if `problems` says why. */
  readonly origin: string | undefined;
  readonly dns: DnsChoice | undefined;
  readonly problems: readonly Problem[];
}

/** Reads a Service. `undefined`: it does not ask to be exposed. One that only misspells its wish is told so. */
export function parseAsk(service: Service): Ask | undefined {
  const annotations = service.metadata.annotations ?? {};
  const hostname = annotations[HOSTNAME.key];
  const tunnel = annotations[TUNNEL.key];
  const unknown = unknownKeys(annotations);
  if (hostname === undefined && tunnel === undefined && unknown.length === 0) return undefined;

  const names = parseHostnames(hostname);
  const reference = parseTunnel(tunnel, service.metadata.namespace ?? '');
  const backend = parseBackend(service, annotations[PORT.key], annotations[PROTOCOL.key]);
  const dns = parseDns(annotations[DNS.key]);
  const problems = [...unknown, ...names.problems, ...reference.problems, ...backend.problems, ...dns.problems];
  return { tunnel: reference.tunnel, hostnames: names.hostnames, origin: backend.origin, dns: dns.choice, problems };
}

function invalid(key: string, why: string): Problem {
  return { reason: 'InvalidAnnotation', message: `${key}: ${why}` };
}

function parseHostnames(text: string | undefined): { hostnames: readonly Hostname[]; problems: readonly Problem[] } {
  if (text === undefined) return { hostnames: [], problems: [] };
  const parsed = text.split(',').map((part) => parseHostname(part.trim()));
  const hostnames = parsed.flatMap((one) => ('hostname' in one ? [one.hostname] : []));
  const problems = parsed.flatMap((one) => ('problem' in one ? [invalid(HOSTNAME.key, one.problem)] : []));
  return { hostnames: [...new Set(hostnames)], problems };
}

function parseTunnel(
  text: string | undefined,
  ownNamespace: string,
): { tunnel: ObjectKey | undefined; problems: readonly Problem[] } {
  if (text === undefined) return { tunnel: undefined, problems: [] };
  const parts = text.trim().split('/');
  if (parts.length > 2 || parts.some((part) => !/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(part)))
    return { tunnel: undefined, problems: [invalid(TUNNEL.key, `"${text}" must be name or namespace/name`)] };
  return { tunnel: parts.length === 2 ? text.trim() : `${ownNamespace}/${text.trim()}`, problems: [] };
}

function parseDns(text: string | undefined): { choice: DnsChoice | undefined; problems: readonly Problem[] } {
  const choice = text?.trim();
  if (choice === undefined || choice === 'managed' || choice === 'disabled') return { choice, problems: [] };
  return { choice: undefined, problems: [invalid(DNS.key, `"${choice}" must be managed or disabled`)] };
}

function unknownKeys(annotations: Readonly<Record<string, string>>): readonly Problem[] {
  const known = SERVICE_ANNOTATIONS.map((rule) => rule.key.slice(ANNOTATION_PREFIX.length));
  return Object.keys(annotations)
    .filter((key) => key.startsWith(ANNOTATION_PREFIX) && !known.includes(key.slice(ANNOTATION_PREFIX.length)))
    .toSorted()
    .map((key) => {
      const meant = suggest(key.slice(ANNOTATION_PREFIX.length), known);
      const hint = meant === undefined ? '' : `, did you mean ${ANNOTATION_PREFIX}${meant}?`;
      return invalid(key, `unknown annotation${hint}`);
    });
}
