/** The accounts of an `AccessWorld`, as Cloudflare's API shows and changes them. */
import type { AccessCloudflare, PoliciesPort, ServiceTokensPort } from '../../src/controllers/access/ports.ts';
import type { ClientCredentials, RemotePolicy, RemoteServiceToken } from '../../src/core/access/remote.ts';
import type { AccessWorld } from './access-world.ts';

export const ACCOUNT = 'a'.repeat(32);
export const OTHER_ACCOUNT = 'b'.repeat(32);

export function cloudflareOf(world: AccessWorld): AccessCloudflare {
  return { ...policiesOf(world), ...tokensOf(world) };
}

function policiesOf(world: AccessWorld): PoliciesPort {
  const list = <T>(name: string, answer: (accountId: string) => T) => {
    return (accountId: string, maxAgeMs: number): Promise<T> => {
      world.ages.push(maxAgeMs);
      return world.read(`list ${name}`, () => answer(accountId));
    };
  };
  return {
    accessPolicies: list('policies', (accountId) =>
      (world.isListBehind ? [] : policiesIn(world, accountId)).map((one) => ({
        ...one,
        isUsed: one.isUsed && world.isUseListed,
      })),
    ),
    hasAllAccessPolicies: () => world.areListsComplete,
    accessPolicy: ({ accountId, id }) =>
      world.read('read policy', () => policiesIn(world, accountId).find((one) => one.id === id)),
    createAccessPolicy: (accountId, content) =>
      world.write('create policy', () => {
        const created = { ...world.spell(content), id: `policy-${(world.made += 1)}`, isUsed: false };
        setPolicies(world, accountId, [...policiesIn(world, accountId), created]);
        return created;
      }),
    updateAccessPolicy: ({ accountId, id }, content) =>
      world.write('change policy', () => {
        const changed = policiesIn(world, accountId).flatMap((one) => {
          if (one.id !== id) return one;
          return world.isDeletedMeanwhile ? [] : { ...one, ...world.spell(content) };
        });
        setPolicies(world, accountId, changed);
        return changed.find((one) => one.id === id);
      }),
    deleteAccessPolicy: ({ accountId, id }) =>
      world.write('delete policy', () => {
        const policies = policiesIn(world, accountId);
        const isFree = !policies.some((one) => one.id === id && one.isUsed);
        if (isFree)
          setPolicies(
            world,
            accountId,
            policies.filter((one) => one.id !== id),
          );
        return isFree;
      }),
    accessGroups: list('groups', () => world.groups),
    loginMethods: list('login methods', () => world.loginMethods),
  };
}

function policiesIn(world: AccessWorld, accountId: string): readonly RemotePolicy[] {
  return accountId === ACCOUNT ? world.policies : world.policiesElsewhere;
}

function setPolicies(world: AccessWorld, accountId: string, policies: readonly RemotePolicy[]): void {
  if (accountId === ACCOUNT) world.policies = policies;
  else world.policiesElsewhere = policies;
}

function tokensOf(world: AccessWorld): ServiceTokensPort {
  const edit = (id: string, changes: Partial<AccessWorld['tokens'][number]>): RemoteServiceToken | undefined => {
    if (world.isDeletedMeanwhile) world.tokens = world.tokens.filter((one) => one.id !== id);
    world.tokens = world.tokens.map((one) => (one.id === id ? { ...one, ...changes } : one));
    return world.tokens.find((one) => one.id === id);
  };
  return {
    serviceTokens: (_, maxAgeMs) => {
      world.ages.push(maxAgeMs);
      return world.read('list tokens', () => (world.isListBehind ? [] : world.tokens));
    },
    serviceToken: ({ id }) => world.read('read token', () => world.tokens.find((one) => one.id === id)),
    hasAllServiceTokens: () => world.areListsComplete,
    createServiceToken: (_, { name, duration }) =>
      world.write('create token', () => {
        const number = (world.made += 1);
        const remote = { id: `token-${number}`, name, duration, clientId: `client-${number}`, isEnabled: true };
        world.tokens = [...world.tokens, { ...remote, secret: `secret-${number}` }];
        return { ...remote, clientSecret: `secret-${number}` };
      }),
    rotateServiceToken: ({ id }) =>
      world.write('rotate token', (): ClientCredentials | undefined => {
        const secret = `secret-${(world.made += 1)}`;
        const rotated = edit(id, { secret });
        return rotated && { clientId: rotated.clientId, clientSecret: secret };
      }),
    extendServiceToken: ({ id }, duration = '8760h') =>
      world.write('extend token', () => edit(id, { duration, expiresAt: world.extendedUntil })),
    disableServiceToken: ({ id }) => world.write('disable token', () => void edit(id, { isEnabled: false })),
    deleteServiceToken: ({ id }) =>
      world.write('delete token', () => {
        const isFree = !world.policies.some((one) => JSON.stringify(one).includes(id));
        if (isFree) world.tokens = world.tokens.filter((one) => one.id !== id);
        return isFree;
      }),
  };
}
