import type { Clocks } from './clocks.ts';
import { HistoryMap } from './history-map.ts';
import { AccessKeys } from './access-keys.ts';

/** The Zero Trust organization of an account. Without one, Access is not enabled. */
export interface AccessOrganization {
  /** The account id. */
  readonly id: string;
  readonly name: string;
  /** `<team>.cloudflareaccess.com`. */
  readonly authDomain: string;
  /** Whether a service token that does not let in ends a request, instead of leading to the sign-in page. */
  readonly strictServiceTokenAuth: boolean;
  readonly createdAt: string;
}

export type Decision = 'allow' | 'deny' | 'non_identity' | 'bypass';

/** One selector and its values: `{ "email": { "email": "me@example.com" } }`. */
export type AccessRule = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface RuleLists {
  readonly include: readonly AccessRule[];
  readonly exclude: readonly AccessRule[];
  readonly require: readonly AccessRule[];
}

export interface AccessPolicy extends RuleLists {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly decision: Decision;
  /** The application that owns a policy of the old kind. Undefined for a reusable one. */
  readonly ownerId: string | undefined;
  /** Further settings, as sent. They have no effect here. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A policy of an application, and its place in the order of evaluation. */
export interface PolicyLink {
  readonly policyId: string;
  readonly precedence: number;
}

export interface AccessApplication {
  readonly id: string;
  readonly accountId: string;
  /** 64 hex digits. */
  readonly aud: string;
  readonly type: string;
  readonly name: string;
  /** Host and path, or undefined for a type without one. */
  readonly domain: string | undefined;
  /** Public destinations (host and path), the domain among them. */
  readonly uris: readonly string[];
  readonly sessionDuration: string;
  readonly policies: readonly PolicyLink[];
  /** Further settings, as sent. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A secret of a service token, and when it stops being valid. */
export interface ClientSecret {
  readonly value: string;
  /** Milliseconds since the epoch. Undefined: as long as the token. */
  readonly expiresAt: number | undefined;
}

export interface ServiceToken {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly clientId: string;
  readonly current: ClientSecret;
  readonly previous: ClientSecret | undefined;
  readonly secretVersion: number;
  readonly duration: string;
  /** Milliseconds since the epoch. Undefined: never. */
  readonly expiresAt: number | undefined;
  readonly enabled: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface AccessGroup extends RuleLists {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly createdAt: string;
}

export interface IdentityProvider {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly type: string;
}

/** A label for applications, which has to exist before it is used. */
export interface AccessTag {
  /** Account and name. */
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly createdAt: string;
}

/** Values of every collection, which can be restored. */
export interface AccessSnapshot {
  readonly organizations: readonly AccessOrganization[];
  readonly applications: readonly AccessApplication[];
  readonly policies: readonly AccessPolicy[];
  readonly serviceTokens: readonly ServiceToken[];
  readonly groups: readonly AccessGroup[];
  readonly identityProviders: readonly IdentityProvider[];
  readonly tags: readonly AccessTag[];
}

/** Everything of Cloudflare Access. Values are immutable. */
export class AccessState {
  readonly organizations: HistoryMap<AccessOrganization>;
  readonly applications: HistoryMap<AccessApplication>;
  readonly policies: HistoryMap<AccessPolicy>;
  readonly serviceTokens: HistoryMap<ServiceToken>;
  readonly groups: HistoryMap<AccessGroup>;
  readonly identityProviders: HistoryMap<IdentityProvider>;
  readonly tags: HistoryMap<AccessTag>;
  /** The signing keys of the organizations. Not part of a snapshot. */
  readonly keys = new AccessKeys();

  constructor({ elapsed }: Pick<Clocks, 'elapsed'>) {
    this.organizations = new HistoryMap(elapsed);
    this.applications = new HistoryMap(elapsed);
    this.policies = new HistoryMap(elapsed);
    this.serviceTokens = new HistoryMap(elapsed);
    this.groups = new HistoryMap(elapsed);
    this.identityProviders = new HistoryMap(elapsed);
    this.tags = new HistoryMap(elapsed);
  }

  snapshot(): AccessSnapshot {
    return {
      organizations: this.organizations.values(),
      applications: this.applications.values(),
      policies: this.policies.values(),
      serviceTokens: this.serviceTokens.values(),
      groups: this.groups.values(),
      identityProviders: this.identityProviders.values(),
      tags: this.tags.values(),
    };
  }

  restore(snapshot: AccessSnapshot): void {
    this.organizations.reset(snapshot.organizations);
    this.applications.reset(snapshot.applications);
    this.policies.reset(snapshot.policies);
    this.serviceTokens.reset(snapshot.serviceTokens);
    this.groups.reset(snapshot.groups);
    this.identityProviders.reset(snapshot.identityProviders);
    this.tags.reset(snapshot.tags);
  }
}
