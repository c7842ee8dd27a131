import { randomBytes } from 'node:crypto';
import type { HostResolution } from '../edge/front-door/host-resolution.ts';
import { type AccessAdmin, createAccessAdmin } from './access/access-admin.ts';
import { toAscii } from './dns/record-name.ts';
import { addRecord, patchRecord, removeRecord } from './dns/write-record.ts';
import type { World } from './http/endpoint.ts';
import { ACCESS_PERMISSIONS, OPERATOR_PERMISSIONS } from './identity/permissions.ts';
import { createResolver } from './resolver.ts';
import type { Clocks } from './state/clocks.ts';
import type { CloudSnapshot, RefusedName } from './state/cloud.ts';
import { newHexId, timestamp } from './state/ids.ts';
import type { DnsRecord } from './state/dns-record.ts';
import type { PlanName, Principal, Tunnel, Zone, ZoneStatus, ZoneType } from './state/model.ts';
import { RecordStore } from './state/record-store.ts';
import { simulateConnector, type SimulatedConnector, type SimulatedConnectorOptions } from './simulated-connector.ts';
import { standardRecordQuota } from './zones/plans.ts';

export interface NewZone {
  readonly name: string;
  /** The account id. */
  readonly account: string;
  readonly plan?: PlanName;
  readonly status?: ZoneStatus;
  readonly paused?: boolean;
  readonly type?: ZoneType;
  /** A Free zone created before 2024-09-01, which may contain 1,000 records. */
  readonly legacyQuota?: boolean;
  /** Overrides the record quota of the plan. */
  readonly recordQuota?: number;
}

export interface NewToken {
  /** Exact names of permission groups. Default: those that the operator needs, with Access. */
  readonly permissions?: readonly string[];
  /** Account ids. Default: all. */
  readonly accounts?: readonly string[] | 'all';
  readonly zones?: readonly string[] | 'all';
  readonly kind?: 'user' | 'account';
  readonly status?: Principal['status'];
}

/** A record as a user enters it in the dashboard. */
export type RecordInput = Readonly<Record<string, unknown>> & { readonly name: string; readonly type: string };

/**
 * Administrative access to the emulated Cloudflare, for actions that its API does not offer. Zones are identified by
 * name.
 */
export interface Admin {
  /** With a team name, Access is enabled in the account. */
  addAccount(account: { readonly name: string; readonly team?: string }): { readonly id: string };
  readonly access: AccessAdmin;
  addZone(zone: NewZone): { readonly id: string };
  /** Changes the properties of a zone that the dashboard or a registrar can change. */
  editZone(zoneName: string, changes: Partial<Pick<Zone, 'status' | 'paused' | 'type'>>): void;
  /** Rejects every new or changed record at a name, as a Cloudflare rule would that the emulator does not implement. */
  refuseName(name: string, answer?: RefusedName): void;
  acceptName(name: string): void;
  /** Returns the token: 40 characters, or `cfat_...` for a token that the account owns. */
  addToken(token?: NewToken): string;
  addApiKey(owner: { readonly email: string }): string;
  revokeToken(token: string): void;
  setPermissions(token: string, permissions: readonly string[]): void;
  addRecord(zoneName: string, record: RecordInput): DnsRecord;
  editRecord(zoneName: string, id: string, changes: Readonly<Record<string, unknown>>): DnsRecord;
  deleteRecord(zoneName: string, id: string): void;
  records(zoneName: string): readonly DnsRecord[];
  /** All tunnels of an account, including deleted ones. */
  tunnels(accountId: string): readonly Tunnel[];
  /** Adds CIDR routes to a tunnel, which prevent its deletion. */
  addTunnelRoutes(tunnelId: string): void;
  /** Registers a connector that serves no requests, with the current secret of the tunnel. */
  connect(tunnelId: string, options?: SimulatedConnectorOptions): SimulatedConnector;
  /** Where the edge sends requests for a hostname. */
  readonly resolve: (host: string) => HostResolution;
  snapshot(): CloudSnapshot;
  restore(snapshot: CloudSnapshot): void;
}

export function createAdmin(world: World): Admin {
  const { cloud } = world;
  const access = createAccessAdmin(world);
  const zoneOf = (name: string): Zone => found(cloud.zoneNamed(toAscii(name)), `zone ${name}`);
  const principalOf = (secret: string): Principal => found(cloud.principals.get(secret), 'token');
  const tunnelOf = (id: string): Tunnel => found(cloud.tunnels.get(id), `tunnel ${id}`);
  return {
    access,
    addAccount: ({ name, team }) => {
      const id = newHexId();
      cloud.accounts.set(id, { id, name, createdOn: timestamp(cloud.now()) });
      if (team !== undefined) access.enable({ account: id, team });
      return { id };
    },
    addZone: (zone) => {
      const made = newZone(zone, cloud);
      cloud.zones.set(made.id, made);
      return { id: made.id };
    },
    editZone: (zoneName, changes) => {
      const zone = zoneOf(zoneName);
      cloud.zones.set(zone.id, { ...zone, ...changes });
    },
    refuseName: (name, answer = NAME_REFUSED) => void cloud.refusedNames.set(name, answer),
    acceptName: (name) => void cloud.refusedNames.delete(name),
    addToken: (token = {}) => {
      const principal = newToken(token);
      cloud.principals.set(principal.secret, principal);
      return principal.secret;
    },
    addApiKey: ({ email }) => {
      const key = randomBytes(19).toString('hex').slice(0, 37);
      cloud.principals.set(key, { ...newToken({}), kind: 'api-key', secret: key, email });
      return key;
    },
    revokeToken: (token) => void cloud.principals.delete(token),
    setPermissions: (token, permissions) => void cloud.principals.set(token, { ...principalOf(token), permissions }),
    addRecord: (zoneName, record) => addRecord(zoneOf(zoneName), record, world),
    editRecord: (zoneName, id, changes) => patchRecord(zoneOf(zoneName), id, changes, world),
    deleteRecord: (zoneName, id) => void removeRecord(zoneOf(zoneName), id),
    records: (zoneName) => zoneOf(zoneName).records.values(),
    tunnels: (accountId) => cloud.tunnels.values().filter((tunnel) => tunnel.accountId === accountId),
    addTunnelRoutes: (tunnelId) => cloud.tunnels.put({ ...tunnelOf(tunnelId), hasRoutes: true }),
    connect: (tunnelId, options) => simulateConnector(tunnelOf(tunnelId), world.connectors, options),
    resolve: createResolver(cloud),
    snapshot: () => cloud.snapshot(),
    restore: (snapshot) => cloud.restore(snapshot),
  };
}

/** Assumption: code and message are from memory. */
const NAME_REFUSED: RefusedName = { code: 9000, message: 'DNS name is invalid.' };

function newZone(zone: NewZone, { now, elapsed }: Clocks): Zone {
  const plan = zone.plan ?? 'free';
  return {
    id: newHexId(),
    name: toAscii(zone.name),
    accountId: zone.account,
    plan,
    status: zone.status ?? 'active',
    paused: zone.paused ?? false,
    type: zone.type ?? 'full',
    recordQuota: zone.recordQuota ?? standardRecordQuota(plan, zone.legacyQuota ?? false),
    createdOn: timestamp(now()),
    records: new RecordStore(elapsed),
  };
}

function newToken(token: NewToken): Principal {
  const isAccountOwned = token.kind === 'account';
  const secret = randomBytes(30).toString('base64url');
  return {
    id: newHexId(),
    kind: isAccountOwned ? 'account-token' : 'user-token',
    secret: isAccountOwned ? `cfat_${secret}` : secret,
    status: token.status ?? 'active',
    permissions: token.permissions ?? [...OPERATOR_PERMISSIONS, ...ACCESS_PERMISSIONS],
    accounts: token.accounts ?? 'all',
    zones: token.zones ?? 'all',
    email: undefined,
  };
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`no such ${what}`);
  return value;
}
