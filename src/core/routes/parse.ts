/** Reads what a Service asks for, before any Tunnel has been looked at. */
import { isOurAnnotation } from '../../api/annotation-aliases.ts';
import { BALANCE, DNS, HOSTNAME, ROUTES, TUNNEL } from '../../api/annotations.ts';
import type { ObjectKey, Service } from '../../api/objects.ts';
import { quoted } from '../quote.ts';
import { readAliases } from './aliases.ts';
import type { Grammars } from './grammars.ts';
import type { Balance, DnsChoice, Problem, Remark } from './route.ts';
import { parseRouteList } from './route-list.ts';
import { unknownAnnotations } from './unknown.ts';
import { type Wish, parseWish } from './wish.ts';
import { type Annotations, type Parsed, annotationWords, invalid } from './words.ts';

export interface Ask {
  /** Absent: the default Tunnel is meant. */
  readonly tunnel: ObjectKey | undefined;
  readonly wishes: readonly Wish[];
  readonly dns: DnsChoice | undefined;
  readonly balance: Balance | undefined;
  /** All that is wrong with it, that of the wishes included. */
  readonly problems: readonly Problem[];
  readonly remarks: readonly Remark[];
}

/**
 * Whether a Service asks to be exposed. One that only misspells its wish does, so that it is told so; one that only
 * tunes what it does not ask for does not.
 */
export function isAsking({ metadata }: Service): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  const annotations = metadata.annotations ?? {};
  if (!Object.keys(annotations).some(isOurAnnotation)) return false;
  const translated = readAliases(annotations, metadata).annotations;
  return ASKING.some(({ key }) => Object.hasOwn(translated, key)) || unknownAnnotations(annotations).length > 0;
}

const ASKING = [HOSTNAME, TUNNEL, ROUTES];

/** Reads a Service that asks to be exposed. */
export function parseAsk(service: Service, grammars: Grammars): Ask {
  const { metadata } = service;
  const aliases = readAliases(metadata.annotations ?? {}, metadata);
  const { annotations } = aliases;
  const tunnel = parseTunnel(annotations[TUNNEL.key], metadata.namespace ?? '');
  const balance = oneOf<Balance>(annotations[BALANCE.key], ['connection', 'request']);
  const dns = oneOf(annotations[DNS.key], ['managed', 'disabled'] as const);
  const list = parseWishes(service, annotations, valueOf(balance), grammars);
  return {
    tunnel: valueOf(tunnel),
    wishes: list.wishes,
    dns: valueOf(dns),
    balance: valueOf(balance),
    problems: [
      ...unknownAnnotations(annotations),
      ...aliases.problems,
      ...problemsOf(TUNNEL.key, tunnel),
      ...problemsOf(BALANCE.key, balance),
      ...problemsOf(DNS.key, dns),
      ...list.problems,
      ...list.wishes.flatMap(({ problems }) => problems),
    ],
    remarks: [...aliases.remarks, ...list.wishes.flatMap(({ remarks }) => remarks)],
  };
}

function parseWishes(
  service: Service,
  annotations: Annotations,
  balance: Balance | undefined,
  grammars: Grammars,
): { readonly wishes: readonly Wish[]; readonly problems: readonly Problem[] } {
  const text = annotations[ROUTES.key];
  if (text === undefined)
    return { wishes: [parseWish(service, annotationWords(annotations), balance, grammars)], problems: [] };
  const { entries, problems } = parseRouteList(text, annotations, grammars);
  return { wishes: entries.map((words) => parseWish(service, words, balance, grammars)), problems };
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
