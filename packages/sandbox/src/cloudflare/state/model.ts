import type { RecordStore } from './record-store.ts';

/** The subscription plan of a zone, which determines its limits. */
export type PlanName = 'free' | 'pro' | 'business' | 'enterprise';

export type ZoneStatus = 'initializing' | 'pending' | 'active' | 'moved' | 'deactivated';

/**
 * Who serves the DNS of a zone: Cloudflare; another provider, with single names delegated; another provider, whose
 * records are copied.
 */
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
  /** The maximum number of records. */
  readonly recordQuota: number;
  readonly createdOn: string;
  readonly records: RecordStore;
}

/** Where the ingress rules of a tunnel come from: the file of the connector, or the API. */
export type ConfigSource = 'local' | 'cloudflare';

export interface TunnelConfiguration {
  readonly version: number;
  readonly config: unknown;
  readonly createdAt: string;
}

/** A tunnel as stored. The connector hub knows its connectors. */
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
  /** Whether CIDR routes or WARP routing use the tunnel, which prevents its deletion. */
  readonly hasRoutes: boolean;
}

/** A credential and its permissions. */
export interface Principal {
  readonly id: string;
  readonly kind: 'user-token' | 'account-token' | 'api-key';
  /** The token or the API key. */
  readonly secret: string;
  readonly status: 'active' | 'disabled' | 'expired';
  /** Exact names of permission groups. An API key has all permissions. */
  readonly permissions: readonly string[];
  readonly accounts: readonly string[] | 'all';
  readonly zones: readonly string[] | 'all';
  /** Owner of an API key. */
  readonly email: string | undefined;
}
