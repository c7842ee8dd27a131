import { HOSTNAME, PATH } from '../../../api/annotations.ts';
import type { Service } from '../../../api/objects.ts';
import { type Hostname, parseHostname } from '../../model/hostname.ts';
import { schemeOf } from '../../model/protocol.ts';
import type { Problem } from '../../model/route.ts';
import type { ParsedRoute, Target } from '../../model/route-request.ts';
import type { ReferringObject } from '../../protection/policy-reference.ts';
import type { Choices } from '../annotations/choices.ts';
import { type Fields, invalid } from '../annotations/fields.ts';
import { parseOriginSettings } from '../annotations/origin-settings.ts';
import { proxyTarget } from '../backend/proxy-target.ts';
import type { Parsers } from '../parsers.ts';
import type { RelatedObjects } from '../related.ts';
import { parseBackend } from './backend.ts';
import { parseDivided } from './divided.ts';
import { parsePath } from './path.ts';

/** What all routes of a Service share. */
export interface RouteContext {
  readonly service: Service;
  readonly choices: Choices;
  readonly parsers: Parsers;
  /** The Service, as an object that refers to others. */
  readonly referring: ReferringObject & { readonly related: RelatedObjects };
}

/** Parses the fields of one route. */
export function parseRoute(fields: Fields, { service, choices, parsers, referring }: RouteContext): ParsedRoute {
  const names = parseHostnames(fields);
  const { path, problems: pathProblems } = parsePath(fields, parsers);
  const { session } = choices;
  const backend =
    fields.backends === undefined
      ? parseBackend(service, fields, session)
      : parseDivided(fields.backends, { service, related: referring.related, route: fields });
  const { ports, problems: backendProblems, warnings } = backend;
  const balance = ports.length === 0 ? choices.balance : undefined;
  const { problems: settingProblems, ...settings } = parseOriginSettings(fields, balance);
  const { origin, proxy } =
    ports.length === 0
      ? { ...backend, proxy: undefined }
      : proxyTarget(ports, { session, path, settings: settings.originRequest });
  const streamProblems = path === undefined || origin === undefined ? [] : pathOfStream(origin, fields);
  const problems = [...names.problems, ...pathProblems, ...backendProblems, ...settingProblems, ...streamProblems];
  if (origin === undefined) return { hostnames: names.hostnames, problems, warnings };
  const target: Target = {
    ...(path === undefined ? {} : { path }),
    origin,
    ...settings,
    ...(proxy === undefined ? {} : { proxy }),
    ...choices.route,
  };
  return { hostnames: names.hostnames, target, ...(balance === undefined ? {} : { balance }), problems, warnings };
}

function parseHostnames(fields: Fields): { hostnames: readonly Hostname[]; problems: readonly Problem[] } {
  const text = fields.read(HOSTNAME);
  if (text === undefined) return { hostnames: [], problems: [] };
  const parsed = text.split(',').map((part) => parseHostname(part.trim()));
  const hostnames = parsed.flatMap((one) => ('hostname' in one ? [one.hostname] : []));
  const problems = parsed.flatMap((one) => ('problem' in one ? [invalid(fields.nameOf(HOSTNAME), one.problem)] : []));
  return { hostnames: [...new Set(hostnames)], problems };
}

/** `cloudflared access` requests the hostname without a path, so it would never match a rule with one. */
function pathOfStream(origin: string, fields: Fields): readonly Problem[] {
  const protocol = schemeOf(origin);
  if (protocol === 'http' || protocol === 'https') return [];
  const why = `only http and https have paths, and this route speaks ${protocol}; remove the path`;
  return [invalid(fields.nameOf(PATH), why)];
}
