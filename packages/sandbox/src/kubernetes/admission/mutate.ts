import type { KubeObject } from '../api.ts';
import type { Cluster, MutatingWebhook } from '../registry/cluster.ts';
import type { Resource } from '../registry/resource.ts';

/**
 * Lets every mutating webhook change a write of the main resource, dry runs too. As in the real server this comes after
 * the owners of fields were recorded and before defaults and validation, so nobody owns what a webhook has changed.
 */
export function mutate({ webhooks }: Cluster, resource: Resource, object: KubeObject): void {
  for (const webhook of webhooks) webhook(object, resource);
}

/** The usual webhook: one for objects of one kind. */
export function webhookFor(kind: string, change: (object: KubeObject) => void): MutatingWebhook {
  return (object, resource) => {
    if (resource.kind === kind) change(object);
  };
}
