import type { KubeObject } from '../api.ts';
import { compileCel } from '../crd/cel.ts';
import { celValue } from '../crd/cel-value.ts';
import { arrayOrEmpty, fieldAt, isObject, textOf } from '../json.ts';
import { POLICIES, POLICY_BINDINGS } from '../kinds/admission-policy.ts';
import type { Cluster } from '../registry/cluster.ts';
import type { Resource } from '../registry/resource.ts';
import { ApiError, forbidden } from '../status-error.ts';

/**
 * Rejects a deletion that an active ValidatingAdmissionPolicy denies. Only DELETE is evaluated, with the group,
 * resource, matchConditions and validations of a policy. Selectors, parameters, variables and other operations are
 * stored but ignored.
 */
export function refuseByPolicies(cluster: Cluster, resource: Resource, object: KubeObject): void {
  const policies = new Map(cluster.store.list(POLICIES).map((policy) => [policy.metadata.name, policy]));
  if (policies.size === 0) return;
  const variables = { oldObject: celValue(object, resource.schema), object: null, request: { operation: 'DELETE' } };
  for (const binding of cluster.store.list(POLICY_BINDINGS)) {
    const policy = policies.get(textOf(fieldAt(binding, 'spec', 'policyName')));
    const isEnforced = arrayOrEmpty(fieldAt(binding, 'spec', 'validationActions')).includes('Deny');
    if (policy === undefined || !isEnforced || !applies(policy, resource, variables)) continue;
    for (const validation of validationsOf(policy))
      if (compileCel(validation.expression)(variables) !== true)
        throw denied({ policy, binding, resource, object }, validation);
  }
}

interface Validation {
  readonly expression: string;
  readonly message?: string;
  readonly reason?: string;
}

function validationsOf(policy: KubeObject): readonly Validation[] {
  return arrayOrEmpty(fieldAt(policy, 'spec', 'validations')) as unknown as readonly Validation[];
}

function applies(policy: KubeObject, { group, plural }: Resource, variables: Record<string, unknown>): boolean {
  const matches = arrayOrEmpty(fieldAt(policy, 'spec', 'matchConstraints', 'resourceRules')).some(
    (rule) => has(rule, 'apiGroups', group) && has(rule, 'resources', plural) && has(rule, 'operations', 'DELETE'),
  );
  const conditions = arrayOrEmpty(fieldAt(policy, 'spec', 'matchConditions')) as unknown as readonly Validation[];
  return matches && conditions.every(({ expression }) => compileCel(expression)(variables) === true);
}

function has(rule: unknown, list: string, wanted: string): boolean {
  const values = isObject(rule) ? arrayOrEmpty(rule[list]) : [];
  return values.includes('*') || values.includes(wanted);
}

interface Denial {
  readonly policy: KubeObject;
  readonly binding: KubeObject;
  readonly resource: Resource;
  readonly object: KubeObject;
}

function denied({ policy, binding, resource, object }: Denial, { expression, message, reason }: Validation): ApiError {
  const why = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${message ?? `failed expression: ${expression}`}`;
  if (reason === 'Forbidden') return forbidden(resource, object.metadata.name, why, [{ reason: '', message: why }]);
  return new ApiError(422, 'Invalid', `The ${resource.plural} "${object.metadata.name}" is invalid: : ${why}`);
}
