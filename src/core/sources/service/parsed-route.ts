import { HOSTNAME, PATH } from '../../../api/annotations.ts';
import type { Service } from '../../../api/objects.ts';
import { type Hostname, parseHostname } from '../../model/hostname.ts';
import { parseBackend } from './backend.ts';
import type { Parsers } from '../parsers.ts';
import { parseOriginSettings } from './origin-settings.ts';
import { parsePath } from './path.ts';
import { schemeOf } from '../../model/protocol.ts';
import type { Balance, Problem, Warning, Route } from '../../model/route.ts';
import { type Fields, invalid } from './fields.ts';

/** What is behind a hostname, whoever asks for it. */
export type Target = Pick<Route, 'path' | 'origin' | 'originRequest' | 'caPool'>;

/** Routes to one target, before any Tunnel has been looked at. */
export interface ParsedRoute {
  /** Empty: `<service>.<domain of the Tunnel>` is meant. */
  readonly hostnames: readonly Hostname[];
  /** Absent only if `problems` says why. */
  readonly target?: Target;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** Reads the words of one route. */
export function parseRoute(
  service: Service,
  words: Fields,
  balance: Balance | undefined,
  parsers: Parsers,
): ParsedRoute {
  const names = parseHostnames(words);
  const { path, problems: pathProblems } = parsePath(words, parsers);
  const { origin, problems: backendProblems, warnings } = parseBackend(service, words);
  const { originRequest, caPool, problems: settingProblems } = parseOriginSettings(words, balance);
  const streamProblems = path !== undefined && origin !== undefined ? pathOfStream(origin, words) : [];
  const problems = [...names.problems, ...pathProblems, ...backendProblems, ...settingProblems, ...streamProblems];
  if (origin === undefined) return { hostnames: names.hostnames, problems, warnings };
  const target: Target = {
    ...(path === undefined ? {} : { path }),
    origin,
    ...(originRequest === undefined ? {} : { originRequest }),
    ...(caPool === undefined ? {} : { caPool }),
  };
  return { hostnames: names.hostnames, target, problems, warnings };
}

function parseHostnames(words: Fields): { hostnames: readonly Hostname[]; problems: readonly Problem[] } {
  const text = words.read(HOSTNAME);
  if (text === undefined) return { hostnames: [], problems: [] };
  const parsed = text.split(',').map((part) => parseHostname(part.trim()));
  const hostnames = parsed.flatMap((one) => ('hostname' in one ? [one.hostname] : []));
  const problems = parsed.flatMap((one) => ('problem' in one ? [invalid(words.nameOf(HOSTNAME), one.problem)] : []));
  return { hostnames: [...new Set(hostnames)], problems };
}

/** `cloudflared access` asks for the hostname alone: a rule with a path would never be found. */
function pathOfStream(origin: string, words: Fields): readonly Problem[] {
  const protocol = schemeOf(origin);
  if (protocol === 'http' || protocol === 'https') return [];
  return [
    invalid(words.nameOf(PATH), `only http and https have paths, and this route speaks ${protocol}; remove the path`),
  ];
}
