import type { KubeObject } from '../api.ts';
import { asWritten, celValue } from '../crd/cel-value.ts';
import { arrayOrEmpty, fieldAt, isObject, textOf } from '../json.ts';
import { POLICIES, POLICY_BINDINGS } from '../kinds/admission-policy.ts';
import type { AdmissionRequest, Cluster } from '../registry/cluster.ts';
import { NAMESPACES } from '../registry/namespace-lifecycle.ts';
import type { Resource } from '../registry/resource.ts';
import { ApiError, forbidden } from '../status-error.ts';
import { type Denial, evaluatePolicy, failure } from './policy-evaluation.ts';
import { paramsOf } from './policy-params.ts';

/** A request that policies decide about. */
export interface PolicyRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly resource: Resource;
  readonly subresource: string;
  /** Absent on delete. */
  readonly object: KubeObject | undefined;
  /** Absent on create. */
  readonly old: KubeObject | undefined;
}

/** The admission plugin for writes. Deletions call `refuseByPolicies` themselves. */
export function validatingPolicies(cluster: Cluster, { resource, subresource, object, old }: AdmissionRequest): void {
  const operation = old === undefined ? 'CREATE' : 'UPDATE';
  refuseByPolicies(cluster, { operation, resource, subresource, object, old });
}

/**
 * Rejects a request that an active ValidatingAdmissionPolicy denies. A policy applies by operation, group and resource,
 * and by its match conditions; versions, resource names, selectors of namespaces and objects, and costs are ignored.
 */
export function refuseByPolicies(cluster: Cluster, request: PolicyRequest): void {
  const policies = new Map(cluster.store.list(POLICIES).map((policy) => [policy.metadata.name, policy]));
  if (policies.size === 0) return;
  for (const binding of cluster.store.list(POLICY_BINDINGS)) {
    const policy = policies.get(textOf(fieldAt(binding, 'spec', 'policyName')));
    const isEnforced = arrayOrEmpty(fieldAt(binding, 'spec', 'validationActions')).includes('Deny');
    if (policy === undefined || !isEnforced || !applies(policy, request)) continue;
    const denial = denialBy(cluster, { policy, binding }, request);
    if (denial !== undefined) throw denied({ policy, binding }, request, denial);
  }
}

interface Bound {
  readonly policy: KubeObject;
  readonly binding: KubeObject;
}

function denialBy(cluster: Cluster, bound: Bound, request: PolicyRequest): Denial | undefined {
  try {
    const inputs = inputsOf(cluster, request);
    for (const params of paramsOf(cluster, bound, namespaceOf(request))) {
      const denial = evaluatePolicy(bound.policy, { ...inputs, params });
      if (denial !== undefined) return denial;
    }
    return undefined;
  } catch (error) {
    return failure(bound.policy, error);
  }
}

function inputsOf({ store, catalog }: Cluster, request: PolicyRequest): Readonly<Record<string, unknown>> {
  const { resource, object, old, operation } = request;
  const namespace = namespaceOf(request);
  const home = store.get(NAMESPACES, namespace);
  const valueOf = (one: KubeObject | undefined): unknown =>
    one === undefined ? null : celValue(one, resource.schema, asWritten);
  return {
    object: valueOf(object),
    oldObject: valueOf(old),
    request: { operation, namespace, name: metadataOf(request).name },
    namespaceObject:
      home === undefined ? null : celValue(home, catalog.find('', 'v1', 'namespaces')?.schema, asWritten),
  };
}

function metadataOf({ object, old }: PolicyRequest): Partial<KubeObject['metadata']> {
  return (object ?? old)?.metadata ?? {};
}

function namespaceOf(request: PolicyRequest): string {
  return metadataOf(request).namespace ?? '';
}

function applies(policy: KubeObject, { resource, subresource, operation }: PolicyRequest): boolean {
  const name = subresource === '' ? resource.plural : `${resource.plural}/${subresource}`;
  return arrayOrEmpty(fieldAt(policy, 'spec', 'matchConstraints', 'resourceRules')).some(
    (rule) =>
      has(rule, 'apiGroups', resource.group) && has(rule, 'resources', name) && has(rule, 'operations', operation),
  );
}

function has(rule: unknown, list: string, wanted: string): boolean {
  const values = isObject(rule) ? arrayOrEmpty(rule[list]) : [];
  return values.includes('*') || values.includes(wanted);
}

function denied({ policy, binding }: Bound, request: PolicyRequest, { message, reason }: Denial): ApiError {
  const { resource } = request;
  const { name = '' } = metadataOf(request);
  const why = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${message}`;
  if (reason === 'Forbidden') return forbidden(resource, name, why, [{ reason: '', message: why }]);
  return new ApiError(422, 'Invalid', `The ${resource.plural} "${name}" is invalid: : ${why}`);
}
