import type { Condition } from '../../api/conditions.ts';
import type {
  ConfigMap,
  Deployment,
  EventObject,
  KubeObject,
  ObjectKey,
  OwnerReference,
  Pod,
  Secret,
  Tunnel,
} from '../../api/objects.ts';
import type { DeliveryResult } from '../../core/dns/delivery.ts';
import type { DnsChange, ObservedRecord } from '../../core/dns/plan.ts';
import type { Zone } from '../../core/model/zone.ts';
import type { CloudflaredConfig } from '../../core/ingress/rule.ts';
import type { RouteRules } from '../../core/ingress/validate.ts';
import type { SourceKey } from '../../core/model/source.ts';
import type { Route } from '../../core/model/route.ts';
import type { RoutingTable } from '../../core/routing/table.ts';
import type { TunnelObservation } from '../../core/status/exposed.ts';
import type { Change } from '../../core/model/change.ts';
import type { Note } from '../../core/status/notes.ts';
import type { ApiCredentials } from '../../core/tunnel/credentials.ts';
import type { RemoteTunnel } from '../../core/tunnel/remote.ts';
import type { OperatorError } from '../../runtime/errors.ts';
import type { WaitTimer } from '../../runtime/waits.ts';
import type { Watching } from '../../runtime/standstill.ts';
import type { AnswersByTunnel } from './api-answers.ts';
import type { Orphans } from './orphans.ts';

/** What a watch has shown of one kind. */
export interface Cache<T> {
  get(key: ObjectKey): T | undefined;
}

/** Live reads of Secrets, which are not watched. */
export interface Secrets {
  get(key: ObjectKey, signal: AbortSignal): Promise<Secret | undefined>;
  /** It is being written: what was read of it is no longer so. */
  forget(key: ObjectKey): void;
}

/** Writes and live reads of Kubernetes objects. */
export interface Objects {
  find(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined>;
  /** Answers the object as it is stored. */
  apply(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject>;
  /** What `apply` would answer, with nothing stored; `undefined`: the cluster cannot say. */
  dryRun(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined>;
  applyStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void>;
  /** Replaces the owners of an object as it was read; answers it as it is then. */
  setOwners(object: KubeObject, owners: readonly OwnerReference[], signal: AbortSignal): Promise<KubeObject>;
  /** False: the object has gone. */
  setFinalizers(object: KubeObject, finalizers: readonly string[], signal: AbortSignal): Promise<boolean>;
  delete(object: KubeObject, propagation: 'Background' | 'Foreground', signal: AbortSignal): Promise<void>;
}

/** Live lists, for what is not watched; `undefined`: it may not be listed. */
export interface Lists {
  pods(namespace: string, labelSelector: string, signal: AbortSignal): Promise<readonly Pod[] | undefined>;
  /** Warnings about one pod. */
  warnings(about: Pod, signal: AbortSignal): Promise<readonly EventObject[] | undefined>;
}

/** Cloudflare with one set of credentials. Reads take the age the caller can live with. */
export interface Cloudflare {
  zones(maxAgeMs: number, signal: AbortSignal): Promise<readonly Zone[]>;
  accounts(maxAgeMs: number, signal: AbortSignal): Promise<readonly { readonly id: string; readonly name: string }[]>;
  tunnels(accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly RemoteTunnel[]>;
  /** How long ago the tunnels were listed. */
  tunnelsAgeMs(accountId: string): number;
  /** Whether a tunnel of ours that the list lacks does not exist: no creation has ended in doubt just before it. */
  hasAllTunnels(accountId: string): boolean;
  createTunnel(accountId: string, name: string, secret: string, signal: AbortSignal): Promise<RemoteTunnel | undefined>;
  connectorToken(accountId: string, tunnelId: string, signal: AbortSignal): Promise<string>;
  /** Ids of the connectors that are connected, whoever runs them; `undefined`: not known now. */
  connectors(
    accountId: string,
    tunnelId: string,
    maxAgeMs: number,
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined>;
  dropConnections(accountId: string, tunnelId: string, signal: AbortSignal): Promise<void>;
  deleteTunnel(accountId: string, tunnelId: string, signal: AbortSignal): Promise<boolean>;
  records(zone: Zone, clusterMark: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly ObservedRecord[]>;
  /** Whether a record of ours that `records` lacks does not exist. */
  hasAllRecords(zone: Zone): boolean;
  allRecords(zone: Zone, signal: AbortSignal): Promise<readonly ObservedRecord[]>;
  /** `failure` ended it before its end. */
  writeRecords(
    zone: Zone,
    changes: readonly DnsChange[],
    manner: { readonly refusalAgeMs: number; readonly isolatesClashes: boolean },
    signal: AbortSignal,
  ): Promise<DeliveryResult & { readonly failure?: unknown }>;
  /** How many more records the zone takes. */
  roomFor(zone: Zone, signal: AbortSignal): Promise<number>;
}

/** Proven access to one account: Cloudflare has taken the credentials. */
export interface Access {
  readonly cloudflare: Cloudflare;
  readonly accountId: string;
  /** The account's tunnels. */
  readonly tunnels: readonly RemoteTunnel[];
}

/** Everything that a pass over a Tunnel goes by, as far as Kubernetes tells it. */
export type Inputs = readonly unknown[];

export interface LastPass {
  readonly inputs: Inputs;
  readonly failures: readonly OperatorError[];
  /** The token may not write the records that were to be written. */
  readonly areRecordsForbidden?: boolean;
}

/** Everything the Tunnel controller reaches for; `main.ts` puts it together. */
export interface TunnelContext {
  readonly cluster: string;
  readonly driftIntervalMs: number;
  readonly tunnels: Cache<Tunnel>;
  readonly sources: {
    get(key: SourceKey): KubeObject | undefined;
    /** What the status of a source says about its exposure. */
    conditionOf(key: SourceKey): Condition | undefined;
  };
  readonly configMaps: Cache<ConfigMap>;
  readonly deployments: Cache<Deployment>;
  /** The cached object of a manifest's kind and name, of the kinds that are watched. */
  readonly cached: (manifest: KubeObject) => KubeObject | undefined;
  /** What the API server has made of the manifests that it does not store as they are. */
  readonly answers: AnswersByTunnel;
  readonly secrets: Secrets;
  readonly objects: Objects;
  readonly lists: Lists;
  readonly cloudflare: (credentials: ApiCredentials) => Cloudflare;
  /** The access each Tunnel had last: lets clean-up end at once when the Secret was deleted first. */
  readonly lastAccess: Map<ObjectKey, Access>;
  /** Since when clean-up has been kept from going on by credentials that are gone; `done` ends the waiting. */
  readonly waits: WaitTimer;
  /** How long connectors that are not as they should be have stood still. */
  readonly standstill: Watching;
  /** For how long a Service has had no ready endpoint; `undefined`: it has one, or it is not known. */
  readonly unansweredMs: (service: ObjectKey) => number | undefined;
  /** Since when the connectors of a Tunnel have been as they should be. */
  readonly stableSince: WaitTimer;
  readonly orphans: Orphans;
  /** How many connectors that are not ours each Tunnel has. */
  readonly foreignConnectors: Map<ObjectKey, number>;
  /** What the last pass over each Tunnel went by, and what it failed of. */
  readonly lastPass: Map<ObjectKey, LastPass>;
  /** Tunnels that are being deleted and of which nothing is left, with their UIDs. */
  readonly cleanedUp: Map<ObjectKey, string | undefined>;
  readonly isCleanedUp: (tunnel: Tunnel) => boolean;
  /** Services that still carry our finalizer although nothing of them is published. */
  readonly releasable: () => readonly ObjectKey[];
  readonly routing: () => RoutingTable;
  /** Tunnels, by UID, that are being deleted and whose records and connectors are gone: they hold no Service. */
  readonly unpublished: Map<ObjectKey, string | undefined>;
  /** Makes the routing table anew at once: rules that were last good are known again. */
  readonly reroute: () => Promise<unknown>;
  /** Services are just being given their finalizers: more routes are about to come. */
  readonly areFinalizersPending: () => boolean;
  readonly record: (object: KubeObject, note: Note, signal: AbortSignal) => Promise<void>;
  /** Tells of something that was carried out; does not wait until the event is written. */
  readonly changed: (object: KubeObject, change: Change, signal: AbortSignal) => void;
  /** Records an event on the operator's own Lease, which outlives the namespaces of Tunnels. */
  readonly recordAboutOperator: (note: Note, signal: AbortSignal) => Promise<void>;
  /** Leaves word for the Service controller of what a pass has found. */
  readonly postObservation: (tunnel: ObjectKey, observation: TunnelObservation | undefined) => void;
  /** The word that was left last. */
  readonly newsOf: (tunnel: ObjectKey) => TunnelObservation | undefined;
  /** The routes that a ConfigMap holds; `undefined` if it cannot be read. */
  readonly publishedRoutes: (configMap: ConfigMap) => readonly Route[] | undefined;
  /** Tunnels that publish a rule for any of the names. */
  readonly publishersOf: (hostnames: readonly string[]) => readonly ObjectKey[];
  /** Whether the Tunnel's last pass found the record of a hostname in place. */
  readonly wasRecorded: (tunnel: ObjectKey, hostname: string) => boolean;
  /** Tells that something which somebody else had changed was put right. */
  readonly driftRepaired: (kind: 'record' | 'object') => void;
  readonly wakeTunnels: (tunnels: readonly ObjectKey[]) => void;
  readonly wakeServices: (services: readonly ObjectKey[]) => void;
  readonly routeRules: RouteRules;
  /** Certificates that some route asks for, in PEM, by their fingerprint; `undefined` if nobody shows them any more. */
  readonly certificates: (fingerprint: string) => string | undefined;
  readonly fingerprint: (text: string) => string;
  readonly renderConfig: (config: CloudflaredConfig) => string;
  /** RFC 6902; throws `OperatorError` PatchInvalid. */
  readonly patchManifest: (manifest: KubeObject, patches: readonly unknown[]) => KubeObject;
  readonly hash: (text: string) => string;
  /** 32 random bytes, standard base64. */
  readonly newSecret: () => string;
  /** RFC 3339, second precision. */
  readonly now: () => string;
}
