import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField } from '../field-error.ts';
import { deepEqual } from '../json.ts';
import { pathSegmentName } from '../registry/names.ts';
import type { Resource } from '../registry/resource.ts';
import { rbacV1ClusterRole, rbacV1ClusterRoleBinding, rbacV1Role, rbacV1RoleBinding } from '../schema/built-in.gen.ts';
import { roleBindingColumns, roleColumns } from '../table/config-columns.ts';
import { defineKind } from './define-kind.ts';

const group = 'rbac.authorization.k8s.io';

/** The four RBAC kinds. `access/` evaluates them. */
export function rbacKinds(): Resource[] {
  const common = { group, nameRule: pathSegmentName };
  const role = { ...common, columns: roleColumns };
  const binding = { ...common, columns: roleBindingColumns, validate: validateBinding };
  return [
    defineKind({ ...role, plural: 'roles', kind: 'Role', schema: rbacV1Role }),
    defineKind({ ...role, plural: 'clusterroles', kind: 'ClusterRole', schema: rbacV1ClusterRole, namespaced: false }),
    defineKind({ ...binding, plural: 'rolebindings', kind: 'RoleBinding', schema: rbacV1RoleBinding }),
    defineKind({
      ...binding,
      plural: 'clusterrolebindings',
      kind: 'ClusterRoleBinding',
      schema: rbacV1ClusterRoleBinding,
      namespaced: false,
    }),
  ];
}

function validateBinding(binding: KubeObject, old: KubeObject | undefined): FieldError[] {
  if (old === undefined || deepEqual(binding['roleRef'], old['roleRef'])) return [];
  return [invalidField('roleRef', binding['roleRef'], 'cannot change roleRef')];
}
