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
 * Prevents users from granting permissions that they do not hold: by writing them into a role, unless they may
 * `escalate` it, or by binding a role that contains them, unless they may `bind` it. The real server checks this before
 * it validates the object. For a write that fails both checks it reports this error, whereas the sandbox reports the
 * validation error.
 */
export const rbacEscalation: AdmissionPlugin = (cluster, request) => {
  const { resource, options } = request;
  if (resource.group !== RBAC_GROUP || options.user.groups.includes(MASTERS) || concernsCollectionOnly(request)) return;
  if (resource.plural.endsWith('bindings')) checkBinding(cluster, request);
  else checkRole(cluster, request);
};

/**
 * Whether the update changes only fields that the garbage collector writes, which is allowed whatever the role grants.
 * Assumption: the field ownership, which changes too, is ignored.
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
  // An aggregating role can obtain any permission, now or later.
  if (!isAggregating(object) && !(old !== undefined && isAggregating(old))) return;
  if (missingRights(permissionsOf(cluster, request).rules, EVERYTHING).length > 0)
    throw refused(request, 'must have cluster-admin privileges to use the aggregationRule');
}

/** The name of an object that is created by POST is not in the request, so no rule with `resourceNames` allows it. */
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
