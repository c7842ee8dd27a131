import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField } from '../field-error.ts';
import { deepEqual } from '../json.ts';
import { pathSegmentName } from '../registry/names.ts';
import type { Resource } from '../registry/resource.ts';
import { roleBindingSchema, roleSchema } from '../schema/core/config.ts';
import { roleBindingColumns, roleColumns } from '../table/config-columns.ts';
import { defineKind } from './define-kind.ts';

const group = 'rbac.authorization.k8s.io';

/** The four kinds of RBAC; `access/` evaluates them. */
export function rbacKinds(): Resource[] {
  const common = { group, nameRule: pathSegmentName };
  const role = { ...common, schema: roleSchema, columns: roleColumns };
  const binding = { ...common, schema: roleBindingSchema, columns: roleBindingColumns, validate: validateBinding };
  return [
    defineKind({ ...role, plural: 'roles', kind: 'Role' }),
    defineKind({ ...role, plural: 'clusterroles', kind: 'ClusterRole', namespaced: false }),
    defineKind({ ...binding, plural: 'rolebindings', kind: 'RoleBinding' }),
    defineKind({ ...binding, plural: 'clusterrolebindings', kind: 'ClusterRoleBinding', namespaced: false }),
  ];
}

function validateBinding(binding: KubeObject, old: KubeObject | undefined): FieldError[] {
  if (old === undefined || deepEqual(binding['roleRef'], old['roleRef'])) return [];
  return [invalidField('roleRef', binding['roleRef'], 'cannot change roleRef')];
}
