/** Finds the parameters with which a binding has its policy evaluated. */
import type { KubeObject } from '../api.ts';
import { selectorMatches } from '../controllers/label-selector.ts';
import { asWritten, celValue } from '../crd/cel-value.ts';
import { fieldAt, objectOrEmpty, textOf } from '../json.ts';
import type { Cluster } from '../registry/cluster.ts';
import { apiVersionOf, type Resource } from '../registry/resource.ts';

/** One evaluation for each value; null if the policy has no parameters. Throws if they cannot be found. */
export function paramsOf(
  cluster: Cluster,
  { policy, binding }: { readonly policy: KubeObject; readonly binding: KubeObject },
  namespace: string,
): readonly unknown[] {
  const kind = fieldAt(policy, 'spec', 'paramKind');
  if (kind === undefined) return [null];
  const resource = resourceOf(cluster, objectOrEmpty(kind));
  const reference = objectOrEmpty(fieldAt(binding, 'spec', 'paramRef'));
  const home = resource.namespaced ? textOf(reference['namespace']) || namespace : undefined;
  const found = cluster.store
    .list(resource.bucket, home)
    .map((stored) => resource.fromStorage(stored))
    .filter((object) => isMeant(object, reference));
  if (found.length === 0 && reference['parameterNotFoundAction'] === 'Deny')
    throw new Error('no params found for policy binding with `Deny` parameterNotFoundAction');
  return found.map((object) => celValue(object, resource.schema, asWritten));
}

function resourceOf({ catalog }: Cluster, kind: Record<string, unknown>): Resource {
  const found = catalog.all().find((each) => each.kind === kind['kind'] && apiVersionOf(each) === kind['apiVersion']);
  if (found !== undefined) return found;
  throw new Error(
    `failed to find resource referenced by paramKind: '${textOf(kind['apiVersion'])}, Kind=${textOf(kind['kind'])}'`,
  );
}

function isMeant({ metadata }: KubeObject, reference: Record<string, unknown>): boolean {
  const name = textOf(reference['name']);
  if (name !== '') return metadata.name === name;
  return selectorMatches(objectOrEmpty(reference['selector']), metadata.labels);
}
