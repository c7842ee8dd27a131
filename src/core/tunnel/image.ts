/** Reads the image of the connectors from a Deployment, and checks that an image names a fixed release. */
import type { KubeObject } from '../../api/objects.ts';
import { isRecord } from '../json.ts';

/** The container that runs cloudflared. Patches and webhooks may add others. */
export const CONNECTOR_CONTAINER = 'cloudflared';

/** What follows the last colon: a tag, or the digits of a digest. */
const TAG = /:([A-Za-z0-9_][A-Za-z0-9_.-]*)$/;

/**
 * Why an image is not accepted for connectors. A reference without a tag or digest means `latest`, also if its registry
 * has a port. A rule in the CRD enforces the same.
 */
export function imageProblem(image: string): string | undefined {
  const tag = TAG.exec(image)?.[1] ?? 'latest';
  return tag === 'latest'
    ? `${image} does not name a fixed release. Set a tag other than latest, or a digest`
    : undefined;
}

/** The container that runs the proxy beside cloudflared. */
export const PROXY_CONTAINER = 'proxy';

/** The image of cloudflared in a Deployment, including changes by patches and webhooks. */
export function connectorImage(deployment: KubeObject | undefined): string | undefined {
  return imageOf(deployment, 'containers', CONNECTOR_CONTAINER);
}

/** The image of the proxy in a Deployment; `undefined`: the connectors have no proxy. */
export function proxyImage(deployment: KubeObject | undefined): string | undefined {
  return imageOf(deployment, 'initContainers', PROXY_CONTAINER);
}

function imageOf(deployment: KubeObject | undefined, field: string, name: string): string | undefined {
  const containers = ['spec', 'template', 'spec', field].reduce<unknown>(
    (value, key) => (isRecord(value) ? value[key] : undefined),
    deployment,
  );
  const list: readonly unknown[] = Array.isArray(containers) ? containers : [];
  const container = list.filter(isRecord).find((one) => one['name'] === name);
  return typeof container?.['image'] === 'string' ? container['image'] : undefined;
}
