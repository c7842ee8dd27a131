/** Sends every case to an API server, the sandbox's or a real one, and records its response. */
import { isObject, type JsonObject } from '../../../src/kubernetes/json.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client, Reply } from '../../support/kubernetes-client.ts';
import { DEFINITIONS } from '../../support/objects.ts';
import { DEFINITION, DEFINITION_CASES } from './definition-cases.ts';
import { FORMAT_CASES } from './format-cases.ts';
import { RULE_CASES } from './rule-cases.ts';
import { RULE_DEFINITION_CASES } from './rule-definition-cases.ts';
import { SCHEMA_CASES } from './schema-cases.ts';
import { UPDATE_CASES } from './update-cases.ts';
import { VALUE_CASES } from './value-cases.ts';

/**
 * The rejected fields, each with the reason, or none if the case is accepted. `400` stands for a body that cannot be
 * decoded.
 */
export type Verdict = readonly string[];
export type Verdicts = Readonly<Record<string, Verdict>>;

const GATES = '/apis/example.org/v1/namespaces/default/gates';
const DRY = '?dryRun=All&fieldValidation=Strict';
const NAME = 'gates.example.org';
const FREE: JsonObject = { 'x-kubernetes-preserve-unknown-fields': true };

/** Names of cases that are not sent to the server. */
type LeftOut = ReadonlySet<string>;

/** The response for schemas and whole definitions. */
export async function judgeDefinitions(client: Client): Promise<Verdicts> {
  const cases = [
    ...[...SCHEMA_CASES, ...RULE_DEFINITION_CASES].map(([name, schema]) => [name, withFields({ f: schema })] as const),
    ...DEFINITION_CASES.map(([name, patch]) => [name, merged(DEFINITION, patch)] as const),
  ];
  return collect(cases, async ([, definition]) => verdictOf(await client.post(DEFINITIONS + DRY, definition)));
}

/** The response for new objects. Each case has its own field in one definition. */
export async function judgeValues(client: Client, leftOut: LeftOut): Promise<Verdicts> {
  const cases = [...VALUE_CASES, ...RULE_CASES, ...FORMAT_CASES].filter(([name]) => !leftOut.has(name));
  await create(client, withFields(fields(cases.map(([name, schema]) => bounded(name, schema)))));
  await served(client, {}, 201);
  return collect(cases, async ([, , value], index) =>
    verdictOf(await client.post(GATES + DRY, aGate('a', { [`c${index}`]: value })), index),
  );
}

/** The response for updates of objects that were stored before their definition became stricter. */
export async function judgeUpdates(client: Client, leftOut: LeftOut): Promise<Verdicts> {
  const cases = UPDATE_CASES.filter(([name]) => !leftOut.has(name));
  await redefine(client, withFields(fields(cases.map(() => FREE))));
  await served(client, { c0: 'x' }, 201);
  for (const [index, [, , before]] of cases.entries()) {
    await expectStatus(client.post(GATES, aGate(`u${index}`, { [`c${index}`]: before })), 201);
  }
  await redefine(client, withFields(fields(cases.map(([name, schema]) => bounded(name, schema)))));
  await served(client, { c0: 'x' }, 422);
  return collect(cases, async ([, , , after], index) => {
    const path = `${GATES}/u${index}`;
    const { body } = await client.get(path);
    return verdictOf(await client.put(path + DRY, { ...body, spec: { [`c${index}`]: after } }), index);
  });
}

async function collect<Case extends readonly [name: string, ...rest: unknown[]]>(
  cases: readonly Case[],
  judge: (one: Case, index: number) => Promise<Verdict>,
): Promise<Verdicts> {
  const verdicts: Record<string, Verdict> = {};
  for (const [index, one] of cases.entries()) verdicts[one[0]] = await judge(one, index);
  return verdicts;
}

/** The field of every case is called `f` in the result. */
function verdictOf({ status, body }: Reply, index?: number): Verdict {
  if (status < 300) return [];
  const causes = body.details?.causes ?? [];
  if (causes.length === 0) return [String(status)];
  const texts = causes.map(({ field, reason }) => `${field} ${reason.replace('FieldValue', '')}`);
  return [...new Set(texts)].map((text) => text.replaceAll(`spec.c${index}`, 'spec.f')).toSorted();
}

/** A real server rejects rules for texts of any length as too expensive. */
function bounded(name: string, schema: unknown): unknown {
  if (!name.startsWith('CEL') || !isObject(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, bounded(name, value)]));
  return schema['type'] === 'string' ? { maxLength: 30, ...inner } : inner;
}

function fields(schemas: readonly unknown[]): JsonObject {
  return Object.fromEntries(schemas.map((schema, index) => [`c${index}`, schema]));
}

function withFields(properties: JsonObject): JsonObject {
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } };
  return merged(DEFINITION, { spec: { versions: [{ name: 'v1', served: true, storage: true, schema }] } });
}

function aGate(name: string, spec: JsonObject): JsonObject {
  return { apiVersion: 'example.org/v1', kind: 'Gate', metadata: { name }, spec };
}

/** JSON merge patch. */
function merged(base: JsonObject, patch: JsonObject): JsonObject {
  const changed = Object.entries(patch)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => {
      const before = base[key];
      return [key, isObject(value) ? merged(isObject(before) ? before : {}, value) : value] as const;
    });
  const kept = Object.entries(base).filter(([key]) => !(key in patch));
  return Object.fromEntries([...kept, ...changed]);
}

async function create(client: Client, definition: JsonObject): Promise<void> {
  await expectStatus(client.post(DEFINITIONS, definition), 201);
}

async function redefine(client: Client, definition: JsonObject): Promise<void> {
  const { body } = await client.get(`${DEFINITIONS}/${NAME}`);
  const { resourceVersion } = body.metadata;
  await expectStatus(
    client.put(`${DEFINITIONS}/${NAME}`, { ...definition, metadata: { name: NAME, resourceVersion } }),
    200,
  );
}

/** Resolves when the server uses the definition that was written last, which takes a real one a moment. */
async function served(client: Client, spec: JsonObject, status: number): Promise<void> {
  await eventually(() => expectStatus(client.post(GATES + DRY, aGate('w', spec)), status));
}

async function expectStatus(answer: Promise<Reply>, wanted: number): Promise<void> {
  const { status, text } = await answer;
  if (status !== wanted) throw new Error(`answered with ${status}: ${text}`);
}
