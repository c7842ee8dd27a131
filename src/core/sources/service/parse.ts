/** Reads what a Service asks for, before any Tunnel has been looked at. */
import { isOurAnnotation } from '../../../api/annotation-aliases.ts';
import { BALANCE, DNS, HOSTNAME, ROUTES, TUNNEL } from '../../../api/annotations.ts';
import type { ObjectKey, Service } from '../../../api/objects.ts';
import { quoted } from '../../quote.ts';
import { readAliases } from './aliases.ts';
import type { Parsers } from '../parsers.ts';
import type { Balance, DnsChoice, Problem, Warning } from '../../model/route.ts';
import { parseRouteList } from './route-list.ts';
import { unknownAnnotations } from './unknown.ts';
import { type ParsedRoute, parseRoute } from './parsed-route.ts';
import type { Parsed } from '../../model/parsed.ts';
import { type Annotations, annotationFields, invalid } from './fields.ts';

export interface RouteRequest {
  /** Absent: the default Tunnel is meant. */
  readonly tunnel: ObjectKey | undefined;
  readonly routes: readonly ParsedRoute[];
  readonly dns: DnsChoice | undefined;
  readonly balance: Balance | undefined;
  /** All that is wrong with it, that of the wishes included. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/**
 * Whether a Service asks to be exposed. One that only misspells its wish does, so that it is told so; one that only
 * tunes what it does not ask for does not.
 */
export function requestsExposure({ metadata }: Service): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  const annotations = metadata.annotations ?? {};
  if (!Object.keys(annotations).some(isOurAnnotation)) return false;
  const translated = readAliases(annotations, metadata).annotations;
  return REQUESTING.some(({ key }) => Object.hasOwn(translated, key)) || unknownAnnotations(annotations).length > 0;
}

const REQUESTING = [HOSTNAME, TUNNEL, ROUTES];

/** Reads a Service that asks to be exposed. */
export function parseRouteRequest(service: Service, parsers: Parsers): RouteRequest {
  const { metadata } = service;
  const aliases = readAliases(metadata.annotations ?? {}, metadata);
  const { annotations } = aliases;
  const tunnel = parseTunnel(annotations[TUNNEL.key], metadata.namespace ?? '');
  const balance = oneOf<Balance>(annotations[BALANCE.key], ['connection', 'request']);
  const dns = oneOf(annotations[DNS.key], ['managed', 'disabled'] as const);
  const list = parseRoutes(service, annotations, valueOf(balance), parsers);
  return {
    tunnel: valueOf(tunnel),
    routes: list.routes,
    dns: valueOf(dns),
    balance: valueOf(balance),
    problems: [
      ...unknownAnnotations(annotations),
      ...aliases.problems,
      ...problemsOf(TUNNEL.key, tunnel),
      ...problemsOf(BALANCE.key, balance),
      ...problemsOf(DNS.key, dns),
      ...list.problems,
      ...list.routes.flatMap(({ problems }) => problems),
    ],
    warnings: [...aliases.warnings, ...list.routes.flatMap(({ warnings }) => warnings)],
  };
}

function parseRoutes(
  service: Service,
  annotations: Annotations,
  balance: Balance | undefined,
  parsers: Parsers,
): { readonly routes: readonly ParsedRoute[]; readonly problems: readonly Problem[] } {
  const text = annotations[ROUTES.key];
  if (text === undefined)
    return { routes: [parseRoute(service, annotationFields(annotations), balance, parsers)], problems: [] };
  const { entries, problems } = parseRouteList(text, annotations, parsers);
  return { routes: entries.map((words) => parseRoute(service, words, balance, parsers)), problems };
}

function parseTunnel(text: string | undefined, ownNamespace: string): Parsed<ObjectKey | undefined> {
  if (text === undefined) return { value: undefined };
  const parts = text.trim().split('/');
  if (parts.length > 2 || parts.some((part) => !/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(part)))
    return { problem: `${quoted(text)} must be name or namespace/name` };
  return { value: parts.length === 2 ? text.trim() : `${ownNamespace}/${text.trim()}` };
}

function oneOf<T extends string>(text: string | undefined, [a, b]: readonly [T, T]): Parsed<T | undefined> {
  const word = text?.trim();
  if (word === undefined) return { value: undefined };
  if (word === a || word === b) return { value: word === a ? a : b };
  return { problem: `${quoted(word)} must be ${a} or ${b}` };
}

function valueOf<T>(parsed: Parsed<T>): T | undefined {
  return 'value' in parsed ? parsed.value : undefined;
}

function problemsOf(key: string, parsed: Parsed<unknown>): readonly Problem[] {
  return 'problem' in parsed ? [invalid(key, parsed.problem)] : [];
}
