/** What the steps of a Tunnel reach for outside, by kind. Each step takes no more of it than it needs. */
import type { EventObject, KubeObject, ObjectKey, OwnerReference, Pod, Secret } from '../../../api/objects.ts';
import type { NamedObject } from '../../../core/access/remote.ts';
import type {
  ApplicationContent,
  RemoteApplication,
  WrittenApplication,
} from '../../../core/applications/application.ts';
import type { DeliveryResult } from '../../../core/dns/delivery.ts';
import type { DnsChange, ObservedRecord } from '../../../core/dns/plan.ts';
import type { Change } from '../../../core/model/change.ts';
import type { Zone } from '../../../core/model/zone.ts';
import type { RemoteConfig, RemoteConfiguration } from '../../../core/remote-config/configuration.ts';
import type { Note } from '../../../core/status/notes.ts';
import type { Connector } from '../../../core/remote-config/applied.ts';
import type { NewTunnel, RemoteTunnel } from '../../../core/tunnel/remote.ts';

/** The objects of one kind, as the watch last showed them. */
export interface Cache<T> {
  get(key: ObjectKey): T | undefined;
}

/** Live reads of Secrets, which are not watched. */
export interface Secrets {
  get(key: ObjectKey, signal: AbortSignal): Promise<Secret | undefined>;
  /** Discards what was read: the Secret is being written. */
  forget(key: ObjectKey): void;
}

/** Writes and live reads of Kubernetes objects. */
export interface Objects {
  find(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined>;
  /** Returns the object as it is stored. */
  apply(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject>;
  /** What `apply` would return, with nothing stored; `undefined`: the API server cannot say. */
  dryRun(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined>;
  applyStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void>;
  /** Replaces the owners of the object as it was read; returns the object as it is then. */
  setOwners(object: KubeObject, owners: readonly OwnerReference[], signal: AbortSignal): Promise<KubeObject>;
  /** False: the object is gone. */
  setFinalizers(object: KubeObject, finalizers: readonly string[], signal: AbortSignal): Promise<boolean>;
  /** False: the object is gone. */
  annotate(object: KubeObject, annotations: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean>;
  delete(object: KubeObject, propagation: 'Background' | 'Foreground', signal: AbortSignal): Promise<void>;
}

/** Live lists of kinds that are not watched; `undefined`: the operator may not list them. */
export interface Lists {
  pods(namespace: string, labelSelector: string, signal: AbortSignal): Promise<readonly Pod[] | undefined>;
  /** Warning events about one pod. */
  warnings(about: Pod, signal: AbortSignal): Promise<readonly EventObject[] | undefined>;
}

/** Events and log lines. */
export interface Recorder {
  readonly record: (object: KubeObject, note: Note, signal: AbortSignal) => Promise<void>;
  /** Reports a completed change; does not wait for the event to be written. */
  readonly changed: (object: KubeObject, change: Change, signal: AbortSignal) => void;
}

/** Zones and accounts that a token sees. Every read of Cloudflare takes the age that the caller can live with. */
export interface ZonesPort {
  zones(maxAgeMs: number, signal: AbortSignal): Promise<readonly Zone[]>;
  accounts(maxAgeMs: number, signal: AbortSignal): Promise<readonly { readonly id: string; readonly name: string }[]>;
}

/** Tunnels of an account, and the connectors on them. */
export interface TunnelsPort {
  tunnels(accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly RemoteTunnel[]>;
  /** How long ago the tunnels were listed. */
  tunnelsAgeMs(accountId: string): number;
  /** False: a creation may have succeeded without an answer, so a tunnel of ours may be missing from the list. */
  hasAllTunnels(accountId: string): boolean;
  /** `undefined`: the name is taken. */
  createTunnel(accountId: string, tunnel: NewTunnel, signal: AbortSignal): Promise<RemoteTunnel | undefined>;
  connectorToken(accountId: string, tunnelId: string, signal: AbortSignal): Promise<string>;
  /** Connectors cannot register with the former secret from then on; those that are connected stay. */
  setTunnelSecret(accountId: string, tunnelId: string, secret: string, signal: AbortSignal): Promise<void>;
  /** The connectors that are connected, whoever runs them; `undefined`: unknown at present. */
  connectors(
    accountId: string,
    tunnelId: string,
    maxAgeMs: number,
    signal: AbortSignal,
  ): Promise<readonly Connector[] | undefined>;
  dropConnections(accountId: string, tunnelId: string, signal: AbortSignal): Promise<void>;
  /** Drops the connections of one connector only. */
  dropConnector(
    accountId: string,
    target: { readonly tunnelId: string; readonly connector: string },
    signal: AbortSignal,
  ): Promise<void>;
  /** False: connectors still hold the tunnel. */
  deleteTunnel(accountId: string, tunnelId: string, signal: AbortSignal): Promise<boolean>;
}

/** Configurations of remotely managed tunnels. */
export interface ConfigurationsPort {
  configuration(tunnel: RemoteTunnelKey, maxAgeMs: number, signal: AbortSignal): Promise<RemoteConfiguration>;
  /** Replaces the configuration; returns it with its version. */
  putConfiguration(tunnel: RemoteTunnelKey, config: RemoteConfig, signal: AbortSignal): Promise<RemoteConfiguration>;
}

interface RemoteTunnelKey {
  readonly accountId: string;
  readonly tunnelId: string;
}

/** DNS records of a zone. */
export interface RecordsPort {
  /** Records with the mark of our cluster, and others that were read on the way; `isWhole`: every record. */
  records(
    zone: Zone,
    scope: { readonly mark: string; readonly isWhole?: boolean },
    maxAgeMs: number,
    signal: AbortSignal,
  ): Promise<readonly ObservedRecord[]>;
  /** False: a write may have succeeded without an answer, so a record of ours may be missing from the list. */
  hasAllRecords(zone: Zone): boolean;
  allRecords(zone: Zone, signal: AbortSignal): Promise<readonly ObservedRecord[]>;
  /** `failure`: stopped the writing early. */
  writeRecords(
    zone: Zone,
    changes: readonly DnsChange[],
    manner: { readonly refusalAgeMs: number; readonly isolatesClashes: boolean },
    signal: AbortSignal,
  ): Promise<DeliveryResult & { readonly failure?: unknown }>;
  /** How many more records the zone takes. */
  roomFor(zone: Zone, signal: AbortSignal): Promise<number>;
}

/** Access applications, and what they refer to. */
export interface ApplicationsApi {
  applications(accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly RemoteApplication[]>;
  /** False: a creation may have succeeded without an answer, so an application of ours may be missing from the list. */
  hasAllApplications(accountId: string): boolean;
  createApplication(accountId: string, content: ApplicationContent, signal: AbortSignal): Promise<WrittenApplication>;
  updateApplication(
    accountId: string,
    update: Pick<RemoteApplication, 'id' | 'settings'> & { readonly content: ApplicationContent },
    signal: AbortSignal,
  ): Promise<WrittenApplication>;
  deleteApplication(accountId: string, id: string, signal: AbortSignal): Promise<void>;
  accessOrganization(
    accountId: string,
    maxAgeMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly authDomain: string }>;
  loginMethods(accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly NamedObject[]>;
}

/** Cloudflare with one set of credentials. */
export type Cloudflare = ZonesPort & TunnelsPort & ConfigurationsPort & RecordsPort & ApplicationsApi;

/** An account that Cloudflare gives access to with the Tunnel's credentials. */
export interface Access {
  readonly cloudflare: Cloudflare;
  readonly accountId: string;
  /** The account's tunnels. */
  readonly tunnels: readonly RemoteTunnel[];
}
