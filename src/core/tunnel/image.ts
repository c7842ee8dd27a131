/** Finds the image of the connectors in a Deployment, and judges whether it names one release for good. */
import type { KubeObject } from '../../api/objects.ts';
import { isRecord } from '../json.ts';

/** The container that runs cloudflared; patches and webhooks may add others. */
export const CONNECTOR_CONTAINER = 'cloudflared';

/** What follows the last colon: a tag, or the digits of a digest. */
const TAG = /:([A-Za-z0-9_][A-Za-z0-9_.-]*)$/;

/**
 * What is wrong with an image for connectors. A reference without tag or digest means `latest`, and so does one whose
 * only colon is the port of its registry. The CRD says the same by a rule of its own.
 */
export function imageProblem(image: string): string | undefined {
  const tag = TAG.exec(image)?.[1] ?? 'latest';
  return tag === 'latest'
    ? `${image} is whatever its registry calls latest; name a release by tag or digest`
    : undefined;
}

/** The image of cloudflared in a Deployment, whatever patches or webhooks have made of it. */
export function connectorImage(deployment: KubeObject | undefined): string | undefined {
  const containers = ['spec', 'template', 'spec', 'containers'].reduce<unknown>(
    (value, field) => (isRecord(value) ? value[field] : undefined),
    deployment,
  );
  const list: readonly unknown[] = Array.isArray(containers) ? containers : [];
  const container = list.filter(isRecord).find(({ name }) => name === CONNECTOR_CONTAINER);
  return typeof container?.['image'] === 'string' ? container['image'] : undefined;
}
