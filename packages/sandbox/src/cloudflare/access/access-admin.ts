import type { World } from '../http/endpoint.ts';
import type {
  AccessApplication,
  AccessGroup,
  AccessOrganization,
  AccessPolicy,
  IdentityProvider,
  RuleLists,
  ServiceToken,
} from '../state/access.ts';
import { accessTimestamp, newUuid } from '../state/ids.ts';
import { ownedBy } from './collection.ts';

export interface NewOrganization {
  readonly account: string;
  /** The team name: what stands before `.cloudflareaccess.com`. */
  readonly team: string;
  /** As for every organization since October 2026 unless this says otherwise. */
  readonly strictServiceTokenAuth?: boolean;
}

export interface NewGroup extends Partial<RuleLists> {
  readonly account: string;
  readonly name: string;
}

/** What the dashboard can do with Access, and all that there is. */
export interface AccessAdmin {
  /** Enables Access in an account, as choosing a team name does. People sign in with a one-time PIN. */
  enable(organization: NewOrganization): void;
  /** Takes the organization away, with all that it has. */
  disable(account: string): void;
  addIdentityProvider(provider: Omit<IdentityProvider, 'id' | 'accountId'> & { readonly account: string }): string;
  addGroup(group: NewGroup): string;
  applications(account: string): readonly AccessApplication[];
  /** Reusable policies and those of single applications. */
  policies(account: string): readonly AccessPolicy[];
  serviceTokens(account: string): readonly ServiceToken[];
  deleteApplication(id: string): void;
  editApplication(id: string, changes: Partial<AccessApplication>): void;
  editPolicy(id: string, changes: Partial<AccessPolicy>): void;
  /** Deletes a token, even one that policies name. */
  deleteServiceToken(id: string): void;
}

export function createAccessAdmin({ cloud }: Pick<World, 'cloud'>): AccessAdmin {
  const { access } = cloud;
  const now = (): string => accessTimestamp(cloud.now());
  const addProvider = (accountId: string, name: string, type: string): string => {
    const id = newUuid();
    access.identityProviders.put({ id, accountId, name, type });
    return id;
  };
  return {
    enable: (wanted) => {
      access.organizations.put(newOrganization(wanted, now()));
      addProvider(wanted.account, '', 'onetimepin');
    },
    disable: (account) => removeAll(account, cloud),
    addIdentityProvider: ({ account, name, type }) => addProvider(account, name, type),
    addGroup: ({ account, name, include = [], exclude = [], require = [] }) => {
      const group: AccessGroup = {
        id: newUuid(),
        accountId: account,
        name,
        include,
        exclude,
        require,
        createdAt: now(),
      };
      access.groups.put(group);
      return group.id;
    },
    applications: (account) => ownedBy(access.applications, account),
    policies: (account) => ownedBy(access.policies, account),
    serviceTokens: (account) => ownedBy(access.serviceTokens, account),
    deleteApplication: (id) => access.applications.remove(id),
    editApplication: (id, changes) => edit(access.applications, id, changes),
    editPolicy: (id, changes) => edit(access.policies, id, changes),
    deleteServiceToken: (id) => access.serviceTokens.remove(id),
  };
}

function newOrganization(
  { account, team, strictServiceTokenAuth = true }: NewOrganization,
  at: string,
): AccessOrganization {
  return { id: account, name: team, authDomain: `${team}.cloudflareaccess.com`, strictServiceTokenAuth, createdAt: at };
}

function edit<T extends { readonly id: string }>(
  collection: { get(id: string): T | undefined; put(value: T): void },
  id: string,
  changes: Partial<T>,
): void {
  const object = collection.get(id);
  if (object === undefined) throw new Error(`no such object ${id}`);
  collection.put({ ...object, ...changes });
}

interface Collection {
  values(): readonly { readonly id: string; readonly accountId: string }[];
  remove(id: string): void;
}

function removeAll(account: string, { access }: World['cloud']): void {
  const { organizations, applications, policies, serviceTokens, groups, identityProviders, tags } = access;
  organizations.remove(account);
  const owned: readonly Collection[] = [applications, policies, serviceTokens, groups, identityProviders, tags];
  for (const collection of owned) {
    for (const { id, accountId } of collection.values()) if (accountId === account) collection.remove(id);
  }
}
