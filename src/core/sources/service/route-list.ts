/** Parses `cftunnel.io/routes`: a YAML list whose entries have the fields that annotations have for a single route. */
import {
  ACCESS,
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
import type { Problem } from '../../model/route.ts';
import { type Annotations, type Field, type Fields, invalid } from '../annotations/fields.ts';
import { unknownField } from '../annotations/unknown.ts';
import type { Parsers } from '../parsers.ts';
import { BACKEND_SERVICE, BACKEND_WEIGHT } from './divided.ts';

export interface RouteList {
  /** The fields of each entry. */
  readonly entries: readonly Fields[];
  readonly problems: readonly Problem[];
}

/** Limits the memory that a YAML document can take: it may describe far more than its length suggests. */
const MAX_TEXT = 65_536;
const MAX_ROUTES = 100;

type FieldTable = ReadonlyMap<string, Field>;

const ROUTE_FIELDS: FieldTable = new Map([
  ['hostname', HOSTNAME],
  ['path', PATH],
  ['pathType', PATH_TYPE],
  ['port', PORT],
  ['protocol', PROTOCOL],
  ['access', ACCESS],
]);
const BACKEND_FIELDS: FieldTable = new Map([
  ['service', BACKEND_SERVICE],
  ['port', PORT],
  ['weight', BACKEND_WEIGHT],
]);
const ORIGIN_FIELDS: FieldTable = new Map(ORIGIN_ANNOTATIONS.map((rule) => [rule.field, rule]));
const FIELD_NAMES = new Map(
  [...ROUTE_FIELDS, ...ORIGIN_FIELDS, ...BACKEND_FIELDS].map(([field, { key }]) => [key, field]),
);

export function parseRouteList(text: string, annotations: Annotations, parsers: Parsers): RouteList {
  const excluded = SINGLE_ROUTE_ANNOTATIONS.filter(({ key }) => Object.hasOwn(annotations, key)).map(({ key }) =>
    invalid(key, `cannot be combined with ${ROUTES.key}; move it into the list`),
  );
  const list = readList(text, parsers);
  if (typeof list === 'string') return { entries: [], problems: [...excluded, invalid(ROUTES.key, list)] };
  const parsed = list.map(parseEntry);
  return {
    entries: parsed.map(({ fields }) => fields),
    problems: [...excluded, ...parsed.flatMap(({ problems }) => problems)],
  };
}

/** The list, or why the text is none. */
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
  readonly fields: Fields;
  readonly problems: readonly Problem[];
}

function parseEntry(entry: unknown, index: number): Entry {
  const place = `${ROUTES.key}[${index}]`;
  if (!isRecord(entry) || !('backends' in entry)) return parseFields(entry, place, ROUTE_FIELDS);
  const { backends: list, ...rest } = entry;
  const route = parseFields(rest, place, ROUTE_FIELDS);
  const at = `${place}.backends`;
  const misplaced =
    'port' in rest ? [invalid(`${place}.port`, `cannot be combined with backends; move it into ${at}`)] : [];
  if (!Array.isArray(list) || list.length === 0)
    return {
      ...route,
      problems: [...route.problems, ...misplaced, invalid(at, 'must be a list such as [{service: web, weight: 1}]')],
    };
  const backends = list.map((one, number) => parseFields(one, `${at}[${number}]`, BACKEND_FIELDS));
  return {
    fields: { ...route.fields, backends: backends.map(({ fields }) => fields) },
    problems: [...route.problems, ...misplaced, ...backends.flatMap(({ problems }) => problems)],
  };
}

function parseFields(entry: unknown, place: string, table: FieldTable): Entry {
  const values = new Map<string, FieldValue>();
  const problems: Problem[] = [];
  const collect = (fields: unknown, at: string, known: FieldTable): void => {
    if (!isRecord(fields))
      return void problems.push(invalid(at, `must be a mapping, as in ${EXAMPLES.get(table) ?? ''}`));
    for (const [field, value] of Object.entries(fields)) {
      const rule = known.get(field);
      const name = `${at}.${field}`;
      if (rule !== undefined && isScalar(value)) values.set(rule.key, { text: String(value).trim(), name });
      else if (rule !== undefined) problems.push(invalid(name, 'must be a single value'));
      else if (known === ROUTE_FIELDS && field === 'origin') collect(value, name, ORIGIN_FIELDS);
      else problems.push(invalid(at, unknownField(field, namesIn(known))));
    }
  };
  collect(entry, place, table);
  return { fields: fieldsOf(values, place), problems };
}

const EXAMPLES: ReadonlyMap<FieldTable, string> = new Map([
  [ROUTE_FIELDS, '{hostname: app.example.com}'],
  [BACKEND_FIELDS, '{service: web, weight: 1}'],
]);

interface FieldValue {
  readonly text: string;
  /** How messages name the field. */
  readonly name: string;
}

function namesIn(known: FieldTable): readonly string[] {
  return [...known.keys(), ...(known === ROUTE_FIELDS ? ['origin', 'backends'] : [])];
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function fieldsOf(values: ReadonlyMap<string, FieldValue>, place: string): Fields {
  const nameOf = (key: string): string => (FIELD_NAMES.has(key) ? `${place}.${FIELD_NAMES.get(key)}` : key);
  return {
    read: ({ key }) => values.get(key)?.text,
    nameOf: ({ key }) => values.get(key)?.name ?? nameOf(key),
  };
}
