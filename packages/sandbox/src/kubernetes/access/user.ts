/** The sender of a request. */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

/** Members are allowed everything, regardless of roles. */
export const MASTERS = 'system:masters';
const AUTHENTICATED = 'system:authenticated';
const SERVICE_ACCOUNTS = 'system:serviceaccounts';
const SERVICE_ACCOUNT_PREFIX = 'system:serviceaccount:';

/** The user in the sandbox's own kubeconfig. */
export const ADMIN: User = { name: 'kubernetes-admin', groups: [MASTERS, AUTHENTICATED] };

/** The user of requests without a token, unless these are made as the administrator. */
export const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** The user of the sandbox's own controllers and kubelet. */
export const CONTROLLER_MANAGER: User = {
  name: 'system:kube-controller-manager',
  groups: [MASTERS, AUTHENTICATED],
};

/** The user that a ServiceAccount token authenticates. */
export function serviceAccountUser(namespace: string, name: string, uid?: string): User {
  return {
    name: `${SERVICE_ACCOUNT_PREFIX}${namespace}:${name}`,
    ...(uid === undefined ? {} : { uid }),
    groups: [SERVICE_ACCOUNTS, `${SERVICE_ACCOUNTS}:${namespace}`, AUTHENTICATED],
  };
}

/** A user by name, with the groups that follow from it. */
export function namedUser(name: string, groups: readonly string[]): User {
  if (groups.length > 0) return { name, groups: [...new Set([...groups, AUTHENTICATED])] };
  const [namespace, account] = name.startsWith(SERVICE_ACCOUNT_PREFIX)
    ? name.slice(SERVICE_ACCOUNT_PREFIX.length).split(':')
    : [];
  if (namespace !== undefined && account !== undefined) return serviceAccountUser(namespace, account);
  return name === ANONYMOUS.name ? ANONYMOUS : { name, groups: [AUTHENTICATED] };
}
