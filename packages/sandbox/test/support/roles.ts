import type { JsonObject } from '../../src/kubernetes/json.ts';
import type { Client } from './kubernetes-client.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const VERSION = 'rbac.authorization.k8s.io/v1';

/** A ServiceAccount in the namespace `default` with its token. */
export interface Account {
  readonly name: string;
  /** The headers of its requests. */
  readonly headers: { readonly authorization: string };
  /** Grants a rule in the whole cluster, or in one namespace. */
  may(rule: JsonObject, namespace?: string): Promise<void>;
}

/** Creates a ServiceAccount without permissions. */
export async function anAccount(client: Client, name: string): Promise<Account> {
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  await client.post(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { body } = await client.post(`${accounts}/${name}/token`, request);
  let count = 0;
  return {
    name,
    headers: { authorization: `Bearer ${(body['status'] as { readonly token: string }).token}` },
    async may(rule, namespace) {
      count += 1;
      const prefix = namespace === undefined ? 'Cluster' : '';
      const metadata = { name: `${name}-${count}` };
      const role = { apiVersion: VERSION, kind: `${prefix}Role`, metadata, rules: [rule] };
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: role.kind, name: metadata.name };
      const subjects = [{ kind: 'ServiceAccount', name, namespace: 'default' }];
      const home = namespace === undefined ? `${RBAC}/cluster` : `${RBAC}/namespaces/${namespace}/`;
      await client.post(`${home}roles`, role);
      await client.post(`${home}rolebindings`, {
        ...role,
        kind: `${prefix}RoleBinding`,
        rules: undefined,
        roleRef,
        subjects,
      });
    },
  };
}
