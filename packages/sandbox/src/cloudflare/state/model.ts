import type { RecordStore } from './record-store.ts';

/** What a zone's owner pays for; it decides limits. */
export type PlanName = 'free' | 'pro' | 'business' | 'enterprise';

export type ZoneStatus = 'initializing' | 'pending' | 'active' | 'moved' | 'deactivated';

/** Who answers for a zone: Cloudflare; another provider, name by name; another provider, whose records are copied. */
export type ZoneType = 'full' | 'partial' | 'secondary';

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly createdOn: string;
}

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly plan: PlanName;
  readonly status: ZoneStatus;
  readonly paused: boolean;
  readonly type: ZoneType;
  /** How many records it may hold. */
  readonly recordQuota: number;
  readonly createdOn: string;
  readonly records: RecordStore;
}

/** Who decides a tunnel's ingress rules: the connector's own file, or the API. */
export type ConfigSource = 'local' | 'cloudflare';

export interface TunnelConfiguration {
  readonly version: number;
  readonly config: unknown;
  readonly createdAt: string;
}

/** One tunnel as stored. Which connectors are on it is the connector registry's knowledge. */
export interface Tunnel {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** Standard base64. */
  readonly secret: string;
  readonly configSource: ConfigSource;
  readonly createdAt: string;
  readonly deletedAt: string | null;
  readonly configuration: TunnelConfiguration | undefined;
  /** CIDR routes or WARP routing point at it, which keeps it from being deleted. */
  readonly hasRoutes: boolean;
}

/** A credential and what it may do. */
export interface Principal {
  readonly id: string;
  readonly kind: 'user-token' | 'account-token' | 'api-key';
  /** What is sent: the token, or the API key. */
  readonly secret: string;
  readonly status: 'active' | 'disabled' | 'expired';
  /** Exact names of permission groups. An API key may do everything. */
  readonly permissions: readonly string[];
  readonly accounts: readonly string[] | 'all';
  readonly zones: readonly string[] | 'all';
  /** Owner of an API key. */
  readonly email: string | undefined;
}
