/** Reads `cftunnel.io/routes`: a YAML list whose entries say what the annotations of a single route would say. */
import type { AnnotationRule } from '../../../api/annotation-rule.ts';
import {
  HOSTNAME,
  PATH,
  PATH_TYPE,
  PORT,
  PROTOCOL,
  ROUTES,
  SINGLE_ROUTE_ANNOTATIONS,
} from '../../../api/annotations.ts';
import { ORIGIN_ANNOTATIONS } from '../../../api/origin-annotations.ts';
import { isRecord } from '../../json.ts';
import type { Parsers } from '../parsers.ts';
import type { Problem } from '../../model/route.ts';
import { unknownField } from './unknown.ts';
import { type Annotations, type Fields, invalid } from './fields.ts';

export interface RouteList {
  /** One for each entry. */
  readonly entries: readonly Fields[];
  readonly problems: readonly Problem[];
}

/** A YAML text may be far shorter than what it describes; nobody needs more than this. */
const MAX_TEXT = 65_536;
const MAX_ROUTES = 100;

const FIELDS: ReadonlyMap<string, AnnotationRule> = new Map([
  ['hostname', HOSTNAME],
  ['path', PATH],
  ['pathType', PATH_TYPE],
  ['port', PORT],
  ['protocol', PROTOCOL],
]);
const ORIGIN_FIELDS: ReadonlyMap<string, AnnotationRule> = new Map(
  ORIGIN_ANNOTATIONS.map((rule) => [rule.field, rule]),
);

export function parseRouteList(text: string, annotations: Annotations, parsers: Parsers): RouteList {
  const beside = SINGLE_ROUTE_ANNOTATIONS.filter(({ key }) => Object.hasOwn(annotations, key));
  const excluded = beside.map(({ key }) => invalid(key, `cannot stand beside ${ROUTES.key}; move it into the list`));
  const list = readList(text, parsers);
  if (typeof list === 'string') return { entries: [], problems: [...excluded, invalid(ROUTES.key, list)] };
  const parsed = list.map(readEntry);
  return {
    entries: parsed.map(({ words }) => words),
    problems: [...excluded, ...parsed.flatMap(({ problems }) => problems)],
  };
}

/** The list, or why it is none. */
function readList(text: string, { readYaml }: Parsers): readonly unknown[] | string {
  if (text.length > MAX_TEXT) return `is longer than ${MAX_TEXT} characters`;
  const read = readYaml(text);
  if ('problem' in read) return `is not valid YAML: ${read.problem}`;
  if (!Array.isArray(read.value))
    return 'must be a YAML list of routes, as in [{hostname: app.example.com, path: /api}]';
  if (read.value.length === 0) return 'is an empty list; remove the annotation to expose nothing';
  return read.value.length > MAX_ROUTES ? `has more than ${MAX_ROUTES} routes` : read.value;
}

interface Entry {
  readonly words: Fields;
  readonly problems: readonly Problem[];
}

function readEntry(entry: unknown, index: number): Entry {
  const place = `${ROUTES.key}[${index}]`;
  const words = new Map<string, { readonly text: string; readonly name: string }>();
  const problems: Problem[] = [];
  const collect = (fields: unknown, at: string, known: ReadonlyMap<string, AnnotationRule>): void => {
    if (!isRecord(fields))
      return void problems.push(invalid(at, 'must be a mapping, as in {hostname: app.example.com}'));
    for (const [field, value] of Object.entries(fields)) {
      const rule = known.get(field);
      const name = `${at}.${field}`;
      if (rule !== undefined && isScalar(value)) words.set(rule.key, { text: String(value).trim(), name });
      else if (rule !== undefined) problems.push(invalid(name, 'must be a single value'));
      else if (known === FIELDS && field === 'origin') collect(value, name, ORIGIN_FIELDS);
      else problems.push(invalid(at, unknownField(field, [...known.keys(), ...(known === FIELDS ? ['origin'] : [])])));
    }
  };
  collect(entry, place, FIELDS);
  return { words: wordsOf(words, place), problems };
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function wordsOf(words: ReadonlyMap<string, { readonly text: string; readonly name: string }>, place: string): Fields {
  const fields = new Map([...FIELDS, ...ORIGIN_FIELDS].map(([field, { key }]) => [key, field]));
  return {
    read: ({ key }) => words.get(key)?.text,
    nameOf: ({ key }) => words.get(key)?.name ?? (fields.has(key) ? `${place}.${fields.get(key)}` : key),
  };
}
