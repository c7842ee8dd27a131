import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import { NAMESPACE } from '../manifests.ts';
import { POLICIES } from './kinds.ts';
import { annotated, service } from './service.ts';
import type { Source } from './source.ts';

/** Who may enter every protected hostname. */
const POLICY = 'staff';

/** Services that only those may visit who meet the policy, which is the same for all. */
export const protectedService: Source = {
  ...service,
  nouns: ['protected Service', 'protected Services'],
  shared: () => [[POLICIES, accessPolicy()]],
  objectFor: (exposure) => annotated(exposure, { 'cftunnel.io/access': POLICY }),
};

function accessPolicy(): KubeObject {
  return {
    apiVersion: 'cftunnel.io/v1alpha1',
    kind: 'AccessPolicy',
    metadata: { name: POLICY, namespace: NAMESPACE },
    spec: { decision: 'Allow', include: [{ emailDomain: 'example.com' }] },
  };
}
