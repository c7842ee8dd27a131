import type { KubeObject } from '../api.ts';
import type { Cluster, MutatingWebhook } from '../registry/cluster.ts';
import type { Resource } from '../registry/resource.ts';

/**
 * Calls every mutating webhook for a write of the main resource, including dry runs. As in the real server, this
 * happens after field ownership is recorded and before defaulting and validation, so the changes of a webhook have no
 * owner.
 */
export function mutate({ webhooks }: Cluster, resource: Resource, object: KubeObject): void {
  for (const webhook of webhooks) webhook(object, resource);
}

/** A webhook for objects of one kind. */
export function webhookFor(kind: string, change: (object: KubeObject) => void): MutatingWebhook {
  return (object, resource) => {
    if (resource.kind === kind) change(object);
  };
}
