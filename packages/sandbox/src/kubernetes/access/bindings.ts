import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, fieldAt, objectOrEmpty, textOf } from '../json.ts';
import { matchesSelector } from '../kinds/workload.ts';
import { type GroupResource, notFound } from '../status-error.ts';
import { objectKey } from '../storage/event.ts';
import type { Store } from '../storage/store.ts';
import type { PolicyRule } from './policy-rule.ts';
import { serviceAccountUser, type User } from './user.ts';

/** The API group of roles and bindings. */
export const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** The rules that one binding grants to a user, and the reason as the server reports it. */
export interface Grant {
  readonly rules: readonly PolicyRule[];
  readonly reason: string;
}

/** The rules of all bindings. `problems` lists bound roles that do not exist. */
export interface Grants {
  readonly grants: readonly Grant[];
  readonly problems: readonly string[];
}

/** Reads the bindings of the user in the cluster and, unless it is empty, in the namespace. */
export function grantsFor(store: Store, user: User, namespace: string): Grants {
  const bindings = [
    ...store.list(`${RBAC_GROUP}/clusterrolebindings`),
    ...(namespace === '' ? [] : store.list(`${RBAC_GROUP}/rolebindings`, namespace)),
  ];
  const grants: Grant[] = [];
  const problems: string[] = [];
  for (const binding of bindings) {
    const subject = subjectFor(user, binding);
    if (subject === undefined) continue;
    const rules = rulesBoundBy(store, binding);
    if (rules === undefined) problems.push(notFound(...missingRole(binding)).message);
    else grants.push({ rules, reason: describe(binding, subject) });
  }
  return { grants, problems };
}

function subjectFor(user: User, { subjects, metadata }: KubeObject): string | undefined {
  for (const subject of arrayOrEmpty(subjects).map(objectOrEmpty)) {
    const { kind, name, namespace = metadata.namespace } = subject;
    if (kind === 'User' && name === user.name) return `User ${JSON.stringify(name)}`;
    if (kind === 'Group' && user.groups.includes(textOf(name))) return `Group ${JSON.stringify(name)}`;
    if (kind === 'ServiceAccount' && serviceAccountUser(textOf(namespace), textOf(name)).name === user.name) {
      return `ServiceAccount "${textOf(name)}/${textOf(namespace)}"`;
    }
  }
  return undefined;
}

/** The rules of the role that a binding refers to, or undefined if it does not exist. */
export function rulesBoundBy(store: Store, { metadata, roleRef }: KubeObject): readonly PolicyRule[] | undefined {
  const name = textOf(fieldAt(roleRef, 'name'));
  if (fieldAt(roleRef, 'kind') === 'Role') {
    const role = store.get(`${RBAC_GROUP}/roles`, objectKey(metadata.namespace, name));
    return role && ownRules(role);
  }
  const role = store.get(`${RBAC_GROUP}/clusterroles`, name);
  return role && [...ownRules(role), ...aggregatedRules(store, role)];
}

function ownRules(role: KubeObject): readonly PolicyRule[] {
  return arrayOrEmpty(role['rules']) as readonly PolicyRule[];
}

/** In a real cluster, a controller writes these rules into the role. Here they are computed on demand. */
function aggregatedRules(store: Store, role: KubeObject): readonly PolicyRule[] {
  const selectors = arrayOrEmpty(fieldAt(role, 'aggregationRule', 'clusterRoleSelectors')).map(objectOrEmpty);
  if (selectors.length === 0) return [];
  return store
    .list(`${RBAC_GROUP}/clusterroles`)
    .filter(({ metadata }) => selectors.some((selector) => matchesSelector(selector, metadata.labels ?? {})))
    .flatMap(ownRules);
}

/** The kind and name of a bound role that does not exist, as the server reports it. */
export function missingRole({ metadata, roleRef }: KubeObject): readonly [GroupResource, string] {
  const { kind, name } = objectOrEmpty(roleRef);
  return kind === 'Role'
    ? [{ group: RBAC_GROUP, plural: 'role' }, `${metadata.namespace}/${textOf(name)}`]
    : [{ group: RBAC_GROUP, plural: 'clusterrole' }, textOf(name)];
}

function describe({ kind, metadata, roleRef }: KubeObject, subject: string): string {
  const { kind: roleKind, name: role } = objectOrEmpty(roleRef);
  const key = metadata.namespace === undefined ? metadata.name : `${metadata.name}/${metadata.namespace}`;
  return `RBAC: allowed by ${kind} "${key}" of ${textOf(roleKind)} "${textOf(role)}" to ${subject}`;
}
