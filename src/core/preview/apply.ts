/** What `kubectl apply` of files would make of the objects of a cluster. */
import type { KubeObject, Metadata } from '../../api/objects.ts';
import { isRecord, parseObject } from '../json.ts';

/** What kubectl remembers of the last apply: a field that was in it and is not in the file is removed. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Json = Readonly<Record<string, unknown>>;

/** `now`: RFC 3339, the age of objects that do not exist yet. Objects that no file names stay as they are. */
export function applyObjects(
  live: readonly KubeObject[],
  files: readonly KubeObject[],
  now: string,
): readonly KubeObject[] {
  const objects = new Map(live.map((object) => [identityOf(object), object]));
  for (const file of files) objects.set(identityOf(file), applied(objects.get(identityOf(file)), file, now));
  return [...objects.values()];
}

/** The same for every version of a kind. */
export function identityOf({ apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `${group}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

function applied(live: KubeObject | undefined, file: KubeObject, now: string): KubeObject {
  const wanted = withoutServerFields(file) as unknown as Json;
  if (live !== undefined) {
    const last = parseObject(live.metadata.annotations?.[LAST_APPLIED] ?? '');
    return merged(live as unknown as Json, wanted, last) as unknown as KubeObject;
  }
  const made = merged({}, wanted, {}) as unknown as KubeObject;
  return { ...made, metadata: { ...made.metadata, creationTimestamp: now } };
}

/** A file may come from `kubectl get`: what only the server sets is not applied. */
function withoutServerFields(file: KubeObject): KubeObject {
  const { status: _, ...object } = file as KubeObject & { readonly status?: unknown };
  const { name, namespace, labels, annotations, finalizers } = file.metadata;
  const metadata: Metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(finalizers === undefined ? {} : { finalizers }),
  };
  return { ...object, metadata };
}

/** A three-way merge. Maps are merged key by key, everything else is replaced, and what is null is removed. */
function merged(live: Json, wanted: Json, last: Json): Json {
  const kept = Object.entries(live).filter(([key]) => !Object.hasOwn(wanted, key) && !Object.hasOwn(last, key));
  const set = Object.entries(wanted)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => [key, mergedValue(live[key], value, last[key])] as const);
  return Object.fromEntries([...kept, ...set]);
}

function mergedValue(live: unknown, wanted: unknown, last: unknown): unknown {
  return isRecord(wanted) ? merged(isRecord(live) ? live : {}, wanted, isRecord(last) ? last : {}) : wanted;
}
