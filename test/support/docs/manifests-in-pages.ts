/** Has an API server check the objects in pages, without storing them. */
import { load, loadAll } from 'js-yaml';
import type { Client } from 'cftunnel-sandbox/testing/kubernetes-client';
import { ORIGIN, SERVICE_ANNOTATIONS } from '../../../src/api/annotations.ts';
import { isOfChart, valueProblems } from './helm.ts';

interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

/** Paths of the kinds that the sandbox's API server has, by apiVersion and kind. */
export type Resources = ReadonlyMap<string, string>;

/** A Service and a Tunnel to which a block adds what it shows. */
const SERVICE = { apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 80 }] } };
const TUNNEL = { apiVersion: 'cftunnel.io/v1alpha1', kind: 'Tunnel', metadata: { name: 'home' } };
const SPEC = { credentialsRef: { name: 'cloudflare' } };

/** What is wrong with the YAML of a block. Without a `kind` it is a part of a Tunnel, a Service, or values of the chart. */
export async function yamlProblems(text: string, client: Client, resources: Resources): Promise<readonly string[]> {
  const objects = loadAll(text) as readonly Manifest[];
  if (objects.some(isOfChart)) return objects.flatMap((values) => leavesOf(values)).flatMap(valueProblems);
  const problems = await Promise.all(objects.map((object) => manifestProblems(completed(object), client, resources)));
  return problems.flat();
}

function completed(object: Manifest): Manifest {
  if (object.kind !== undefined || isOfOthers(object)) return object;
  if (object.metadata?.annotations !== undefined)
    return { ...SERVICE, ...object, metadata: { name: 'web', ...object.metadata } };
  return { ...TUNNEL, ...object, spec: { ...SPEC, ...(object['spec'] as object) } };
}

/** Whether it is configuration of another program, which is only parsed. */
function isOfOthers(object: Manifest): boolean {
  return Object.hasOwn(object, 'scrape_configs');
}

async function manifestProblems(object: Manifest, client: Client, resources: Resources): Promise<readonly string[]> {
  const { apiVersion = '', kind = '' } = object;
  const unknown = Object.keys(object.metadata?.annotations ?? {}).filter(isUnknownAnnotation);
  const wrong = unknown.map((key) => `there is no annotation ${key}`);
  const path = resources.get(`${apiVersion} ${kind}`);
  if (path === undefined) return apiVersion.startsWith('cftunnel.io/') ? [`there is no kind ${kind}`] : wrong;
  return [...wrong, ...(await refusals(client, path, object))];
}

/** Why the API server would refuse to create the object, with its strictest validation. */
export async function refusals(client: Client, path: string, object: object): Promise<readonly string[]> {
  const { status, body } = await client.post(`${path}?dryRun=All&fieldValidation=Strict`, object);
  return status === 201 || status === 409 ? [] : [body.message];
}

/** What is wrong with a Tunnel after a merge patch of NAME. */
export function patchProblems(patch: string, client: Client, resources: Resources): Promise<readonly string[]> {
  const filled = patch.replaceAll('ACCOUNT_ID', '0123456789abcdef'.repeat(2));
  return manifestProblems(completed(load(filled) as Manifest), client, resources);
}

function isUnknownAnnotation(key: string): boolean {
  return key.startsWith('cftunnel.io/') && ![...SERVICE_ANNOTATIONS, ORIGIN].some((rule) => rule.key === key);
}

function leavesOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
}
