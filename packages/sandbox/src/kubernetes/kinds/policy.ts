import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField, notSupported } from '../field-error.ts';
import { arrayOrEmpty, isObject, objectOrEmpty, setDefault } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import {
  discoveryV1EndpointSlice,
  networkingV1NetworkPolicy,
  policyV1PodDisruptionBudget,
} from '../schema/built-in.gen.ts';
import { endpointSliceColumns, networkPolicyColumns } from '../table/network-columns.ts';
import { podDisruptionBudgetColumns } from '../table/workload-columns.ts';
import { defineKind } from './define-kind.ts';

/** `policy/v1 PodDisruptionBudget`. */
export function podDisruptionBudgetKind(): Resource {
  return defineKind({
    group: 'policy',
    plural: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    shortNames: ['pdb'],
    hasStatus: true,
    countsGeneration: true,
    unconditionalUpdate: false,
    schema: policyV1PodDisruptionBudget,
    columns: podDisruptionBudgetColumns,
    initialStatus: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    defaults: (budget) => setDefault(budget, 'spec', {}),
    validate: validateBudget,
  });
}

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

function validateBudget(budget: KubeObject): FieldError[] {
  const spec = objectOrEmpty(budget['spec']);
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  const isDouble = minAvailable !== undefined && maxUnavailable !== undefined;
  const isKnown = policy === undefined || EVICTION_POLICIES.some((known) => known === policy);
  return [
    ...(isDouble ? [invalidField('spec', spec, 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...(isKnown ? [] : [notSupported('spec.unhealthyPodEvictionPolicy', policy, EVICTION_POLICIES)]),
  ];
}

/** `networking.k8s.io/v1 NetworkPolicy`. */
export function networkPolicyKind(): Resource {
  return defineKind({
    group: 'networking.k8s.io',
    plural: 'networkpolicies',
    kind: 'NetworkPolicy',
    shortNames: ['netpol'],
    countsGeneration: true,
    schema: networkingV1NetworkPolicy,
    columns: networkPolicyColumns,
    defaults: defaultNetworkPolicy,
  });
}

function defaultNetworkPolicy(policy: KubeObject): void {
  setDefault(policy, 'spec', {});
  const spec = objectOrEmpty(policy['spec']);
  setDefault(spec, 'podSelector', {});
  const rules = [...arrayOrEmpty(spec['ingress']), ...arrayOrEmpty(spec['egress'])];
  for (const rule of rules) {
    for (const port of arrayOrEmpty(objectOrEmpty(rule)['ports']).filter(isObject)) setDefault(port, 'protocol', 'TCP');
  }
  setDefault(spec, 'policyTypes', arrayOrEmpty(spec['egress']).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']);
}

/** `discovery.k8s.io/v1 EndpointSlice`. */
export function endpointSliceKind(): Resource {
  return defineKind({
    group: 'discovery.k8s.io',
    plural: 'endpointslices',
    kind: 'EndpointSlice',
    countsGeneration: true,
    // These two fields are always present. If empty, they are `[]` here and `null` on a real server.
    schema: { ...discoveryV1EndpointSlice, required: ['endpoints', 'ports'] },
    columns: endpointSliceColumns,
    defaults: (slice) => {
      for (const port of arrayOrEmpty(slice['ports']).filter(isObject)) {
        setDefault(port, 'name', '');
        setDefault(port, 'protocol', 'TCP');
      }
    },
    validate: (slice, old) =>
      old !== undefined && old['addressType'] !== slice['addressType']
        ? [invalidField('addressType', slice['addressType'], 'field is immutable')]
        : [],
  });
}
