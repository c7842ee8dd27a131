import type { Resource } from '../registry/resource.ts';
import { admissionPolicyKinds } from './admission-policy.ts';
import { configMapKind } from './config-map.ts';
import { customResourceDefinitionKind } from './custom-resource-definition.ts';
import { deploymentKind, replicaSetKind } from './deployment.ts';
import { coreEventKind, eventKind } from './event.ts';
import { ingressClassKind, ingressKind } from './ingress.ts';
import { jobKind } from './job.ts';
import { leaseKind } from './lease.ts';
import { namespaceKind } from './namespace.ts';
import { nodeKind } from './node.ts';
import { podKind } from './pod.ts';
import { endpointSliceKind, networkPolicyKind, podDisruptionBudgetKind } from './policy.ts';
import { rbacKinds } from './rbac.ts';
import { reviewKinds } from './reviews.ts';
import { secretKind } from './secret.ts';
import { serviceAccountKind } from './service-account.ts';
import { serviceKind } from './service.ts';

/** All kinds that exist without a CustomResourceDefinition. */
export function builtInKinds(): Resource[] {
  return [
    configMapKind(),
    coreEventKind(),
    namespaceKind(),
    nodeKind(),
    podKind(),
    secretKind(),
    serviceAccountKind(),
    serviceKind(),
    deploymentKind(),
    replicaSetKind(),
    jobKind(),
    eventKind(),
    leaseKind(),
    endpointSliceKind(),
    ingressKind(),
    ingressClassKind(),
    networkPolicyKind(),
    podDisruptionBudgetKind(),
    ...rbacKinds(),
    ...admissionPolicyKinds(),
    ...reviewKinds(),
    customResourceDefinitionKind(),
  ];
}
