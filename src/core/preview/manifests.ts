/** The objects in the documents of manifests. */
import type { KubeObject } from '../../api/objects.ts';
import { isRecord } from '../json.ts';

/** Objects, and those in lists of any kind; a string is an error message. */
export function objectsIn(documents: readonly unknown[]): readonly KubeObject[] | string {
  const objects: KubeObject[] = [];
  for (const [index, document] of documents.entries()) {
    const found = objectsOf(document);
    if (typeof found === 'string') return `document ${index + 1} ${found}`;
    objects.push(...found);
  }
  return objects;
}

function objectsOf(document: unknown): readonly KubeObject[] | string {
  if (!isRecord(document)) return 'is not an object';
  const { apiVersion, kind, metadata, items } = document;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return 'has no apiVersion or no kind';
  if (kind.endsWith('List') && Array.isArray(items)) return listed(items, kind.slice(0, -'List'.length), apiVersion);
  if (!isRecord(metadata) || typeof metadata.name !== 'string') return `(${kind}) has no metadata.name`;
  const problem = metadataProblem(metadata);
  return problem === undefined ? [document as unknown as KubeObject] : `(${kind} ${metadata.name}) ${problem}`;
}

/** YAML takes `yes` and `80` for something else than texts, and the API server does not. */
function metadataProblem(metadata: Readonly<Record<string, unknown>>): string | undefined {
  for (const field of ['annotations', 'labels']) {
    const [key] = Object.entries(metadata[field] ?? {}).find(([, value]) => typeof value !== 'string') ?? [];
    if (key !== undefined) return `has a value of metadata.${field} that is not a text: put that of ${key} into quotes`;
  }
  return metadata['namespace'] === undefined || typeof metadata['namespace'] === 'string'
    ? undefined
    : 'has a namespace that is not a text: put it into quotes';
}

/** An item of a typed list may leave its kind to the list. */
function listed(items: readonly unknown[], kind: string, apiVersion: string): readonly KubeObject[] | string {
  const documents = items.map((item) =>
    isRecord(item) && item.kind === undefined ? { apiVersion, kind, ...item } : item,
  );
  const found = objectsIn(documents);
  return typeof found === 'string' ? `(${kind}List): ${found}` : found;
}

/** Kinds that decide about routes and belong to no namespace. */
const CLUSTER_SCOPED = new Set(['Namespace', 'IngressClass', 'GatewayClass']);

/** The objects with a namespace, as a client completes it. */
export function inNamespace(objects: readonly KubeObject[], namespace: string): readonly KubeObject[] {
  return objects.map((object) => {
    const isComplete = object.metadata.namespace !== undefined || CLUSTER_SCOPED.has(object.kind);
    return isComplete ? object : { ...object, metadata: { ...object.metadata, namespace } };
  });
}
