import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import type { Exposure } from '../hostnames.ts';
import { serviceOf } from '../manifests.ts';
import { SERVICES } from './kinds.ts';
import { type Source, urlOf } from './source.ts';

interface WithConditions {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
}

export const service: Source = {
  nouns: ['Service', 'Services'],
  kind: SERVICES,
  objectFor: serviceOf,
  placeIn: ({ status }) => placeIn(status as WithConditions | undefined),
  placeOf: urlOf,
};

/** What the condition `Exposed` says, if it is true. */
export function placeIn(status: WithConditions | undefined): string {
  const exposed = status?.conditions?.find(({ type }) => type === 'cftunnel.io/Exposed');
  return exposed?.status === 'True' ? exposed.message : '';
}

/** The Service of an exposure with annotations besides the usual ones. */
export function annotated(exposure: Exposure, annotations: Readonly<Record<string, string>>): KubeObject {
  const { metadata, ...object } = serviceOf(exposure);
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}
