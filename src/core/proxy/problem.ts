/**
 * Why Envoy would refuse a rule. It refuses all routes together, so each is checked before, and more strictly where it
 * would take a rule for another one.
 */
import { isHost, isPort, isServerName } from '../model/origin-values.ts';
import { backendsOf } from '../model/proxy-backends.ts';
import type { Backend, Filter, PathRewrite, ProxyRule, Session, ValueMatch } from '../model/proxy-rule.ts';
import { quoted } from '../quote.ts';

/** Why a pattern is none; `undefined` if it is one. */
type PatternProblem = (pattern: string) => string | undefined;

export function ruleProblem(rule: ProxyRule, patternProblem: PatternProblem): string | undefined {
  const { match = {}, filters = [], backends, session } = rule;
  const { method, headers = [], query = [] } = match;
  const all = [...filters, ...backends.flatMap((one) => one.filters ?? [])];
  return first([
    method === undefined || /^[A-Z]+$/.test(method) ? undefined : `its method ${quoted(method)} is none`,
    ...headers.map((header) => headerName(header.name) ?? valueProblem(header, patternProblem)),
    ...query.map((one) => valueProblem(one, patternProblem)),
    ...all.map(filterProblem),
    ...backends.map(({ weight }) =>
      isWithin(weight, 0, MAX_WEIGHT) ? undefined : `its weight ${weight} is too large`,
    ),
    ...backendsOf(rule).map(backendProblem),
    session === undefined ? undefined : sessionProblem(session),
    limitsProblem(rule),
  ]);
}

const MAX_WEIGHT = 1_000_000;
/** A day, in milliseconds: longer than any connection to Cloudflare. */
const MAX_DURATION = 86_400_000;
const MAX_ATTEMPTS = 100;

function first(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

const TOKEN = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/;
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;

function headerName(name: string): string | undefined {
  return TOKEN.test(name) ? undefined : `${quoted(name)} is not the name of a header`;
}

function headerValue(value: string): string | undefined {
  return PRINTABLE.test(value) ? undefined : `${quoted(value)} is not the value of a header`;
}

function valueProblem({ name, value, isPattern }: ValueMatch, patternProblem: PatternProblem): string | undefined {
  if (name === '') return 'a match has no name';
  if (!PRINTABLE.test(name) || !PRINTABLE.test(value)) return `the match of ${quoted(name)} has control characters`;
  const why = isPattern === true ? patternProblem(value) : undefined;
  return why === undefined ? undefined : `the pattern ${quoted(value)} ${why}`;
}

function filterProblem(filter: Filter): string | undefined {
  switch (filter.type) {
    case 'RequestHeaders':
    case 'ResponseHeaders': {
      const { set = [], add = [], remove = [] } = filter;
      const headers = [...set, ...add];
      return first([
        ...[...headers.map(({ name }) => name), ...remove].map(headerName),
        ...headers.map(({ value }) => headerValue(value)),
      ]);
    }
    case 'Redirect':
      return first([
        hostProblem(filter.hostname),
        pathProblem(filter.path),
        filter.port === undefined || isPort(String(filter.port)) ? undefined : `${filter.port} is not a port`,
      ]);
    case 'Rewrite':
      return first([hostProblem(filter.hostname), pathProblem(filter.path)]);
    case 'Mirror':
      return fractionProblem(filter.fraction);
    case 'Cors':
      return first(
        [...filter.allowOrigins, ...filter.allowMethods, ...filter.allowHeaders, ...filter.exposeHeaders].map(
          (value) => (value === '' ? 'a CORS filter has an empty value' : headerValue(value)),
        ),
      );
    default:
      return filter satisfies never;
  }
}

function hostProblem(hostname: string | undefined): string | undefined {
  return hostname === undefined || isHost(hostname) ? undefined : `${quoted(hostname)} is not a host`;
}

/** The path of a rewrite. Envoy would take what follows a question mark for the path too. */
function pathProblem(path: PathRewrite | undefined): string | undefined {
  if (path === undefined || (path.type === 'Prefix' && path.value === '')) return undefined;
  return /^\/[^?#\p{Cc}\p{Cs}]*$/u.test(path.value) ? undefined : `${quoted(path.value)} is not a path`;
}

function fractionProblem(fraction: (Filter & { type: 'Mirror' })['fraction']): string | undefined {
  if (fraction === undefined) return undefined;
  const { numerator, denominator } = fraction;
  const isShare = denominator > 0 && isWithin(numerator, 0, denominator);
  return isShare ? undefined : `${numerator} of ${denominator} requests cannot be mirrored`;
}

function backendProblem({ service, port, tls }: Backend): string | undefined {
  if (!/^[a-z0-9.-]+\/[a-z0-9.-]+$/.test(service)) return `${quoted(service)} is not a Service`;
  if (!isPort(String(port))) return `${port} is not a port`;
  if (tls === undefined) return undefined;
  if (!isServerName(tls.serverName)) return `${quoted(tls.serverName)} is not the name of a server`;
  const name = tls.subjectAltNames?.find(({ value }) => value === '' || !PRINTABLE.test(value));
  return name === undefined ? undefined : `${quoted(name.value)} is not a name in a certificate`;
}

function sessionProblem(session: Session): string | undefined {
  if (!TOKEN.test(session.name)) return `${quoted(session.name)} cannot name a session`;
  if (session.type === 'Header') return undefined;
  const { path, lifetimeMs } = session;
  if (!/^\/[^;\p{Cc}\p{Cs}\s]*$/u.test(path)) return `${quoted(path)} is not the path of a cookie`;
  return lifetimeMs === undefined || lifetimeMs >= 0 ? undefined : `a session cannot last ${lifetimeMs} ms`;
}

function limitsProblem({ timeouts = {}, retry }: ProxyRule): string | undefined {
  const durations = [timeouts.requestMs, timeouts.attemptMs, retry?.backoffMs].filter((value) => value !== undefined);
  const long = durations.find((value) => !isWithin(value, 0, MAX_DURATION));
  if (long !== undefined) return `${long} ms is longer than a day`;
  if (retry === undefined) return undefined;
  if (!isWithin(retry.attempts, 0, MAX_ATTEMPTS)) return `it has more than ${MAX_ATTEMPTS} attempts`;
  const code = retry.codes.find((one) => !isWithin(one, 400, 599));
  return code === undefined ? undefined : `${code} is not a status code of a failure`;
}
