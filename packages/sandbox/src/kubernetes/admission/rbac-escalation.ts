import { aggregate } from '../access/authorizer.ts';
import { grantsFor, missingRole, RBAC_GROUP, rulesBoundBy } from '../access/bindings.ts';
import { describeRights, listOf, missingRights } from '../access/missing-rights.ts';
import { EVERYTHING, type PolicyRule } from '../access/policy-rule.ts';
import { MASTERS } from '../access/user.ts';
import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, deepEqual, fieldAt, textOf } from '../json.ts';
import type { AdmissionPlugin, AdmissionRequest, Cluster } from '../registry/cluster.ts';
import { type ApiError, forbidden, notFound } from '../status-error.ts';
import { attributesFor } from './admission.ts';

/**
 * Nobody hands on rights that he does not hold: neither by writing them into a role, unless he may `escalate` it, nor
 * by binding a role that has them, unless he may `bind` it. A real server looks at this before it validates the object,
 * so that of a write that is wrong in both ways it names the other mistake.
 */
export const rbacEscalation: AdmissionPlugin = (cluster, request) => {
  const { resource, options } = request;
  if (resource.group !== RBAC_GROUP || options.user.groups.includes(MASTERS) || concernsCollectionOnly(request)) return;
  if (resource.plural.endsWith('bindings')) checkBinding(cluster, request);
  else checkRole(cluster, request);
};

/**
 * Whether only what the garbage collector writes has changed; that must go on whatever the role gives.
 * Assumption: the owners of fields, which change with it, do not count.
 */
function concernsCollectionOnly({ object, old }: AdmissionRequest): boolean {
  return old !== undefined && deepEqual(withoutCollection(object), withoutCollection(old));
}

function withoutCollection({ metadata, ...rest }: KubeObject): unknown {
  const { finalizers: _finalizers, ownerReferences: _owners, managedFields: _fields, ...others } = metadata;
  return { ...rest, metadata: others };
}

function checkRole(cluster: Cluster, request: AdmissionRequest): void {
  const { object, old, options } = request;
  if (cluster.authorizer.decide(options.user, escalation(request)).isAllowed) return;
  requireRights(cluster, request, arrayOrEmpty(object['rules']) as readonly PolicyRule[]);
  // It can gather anything, now or later.
  if (!isAggregating(object) && !(old !== undefined && isAggregating(old))) return;
  if (missingRights(permissionsOf(cluster, request).rules, EVERYTHING).length > 0)
    throw refused(request, 'must have cluster-admin privileges to use the aggregationRule');
}

/** The name of an object that is made by a POST is not in the request, so no rule on a name allows it. */
function escalation(request: AdmissionRequest) {
  const attributes = attributesFor(request, 'escalate');
  return request.old === undefined && !request.isApplied ? { ...attributes, name: '' } : attributes;
}

function isAggregating(role: KubeObject): boolean {
  return arrayOrEmpty(fieldAt(role, 'aggregationRule', 'clusterRoleSelectors')).length > 0;
}

function checkBinding(cluster: Cluster, request: AdmissionRequest): void {
  const { object, options } = request;
  const name = textOf(fieldAt(object, 'roleRef', 'name'));
  const resource = fieldAt(object, 'roleRef', 'kind') === 'Role' ? 'roles' : 'clusterroles';
  const binding = { ...attributesFor(request, 'bind'), group: RBAC_GROUP, resource, name };
  if (cluster.authorizer.decide(options.user, binding).isAllowed) return;
  const rules = rulesBoundBy(cluster.store, object);
  if (rules === undefined) throw notFound(...missingRole(object));
  requireRights(cluster, request, rules);
}

function requireRights(cluster: Cluster, request: AdmissionRequest, wanted: readonly PolicyRule[]): void {
  const { rules, problems } = permissionsOf(cluster, request);
  const missing = missingRights(rules, wanted);
  if (missing.length === 0) return;
  const { name, groups } = request.options.user;
  const who = `user ${JSON.stringify(name)} (groups=${listOf(groups)})`;
  const errors = problems.length === 0 ? '' : `; resolution errors: [${aggregate(problems)}]`;
  const why = `${who} is attempting to grant RBAC permissions not currently held:\n${describeRights(missing)}${errors}`;
  throw refused(request, why);
}

function permissionsOf({ store }: Cluster, { object, options }: AdmissionRequest) {
  const { grants, problems } = grantsFor(store, options.user, object.metadata.namespace ?? '');
  return { rules: grants.flatMap(({ rules }) => rules), problems };
}

function refused({ resource, object }: AdmissionRequest, why: string): ApiError {
  return forbidden(resource, object.metadata.name, why);
}
