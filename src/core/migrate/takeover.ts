/** What another tool serves through one remote tunnel, and how its parts are handed over. */
import type { ObjectKey } from '../../api/objects.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import type { ConfigMode } from '../model/tunnel-settings.ts';

/** A rule of cloudflared that is in force, without the catch-all. */
export interface ServedRule {
  readonly hostname: string;
  /** An RE2 pattern that matches anywhere in the path. */
  readonly path?: string;
  /** The path is meant as one that requests begin with, although it matches anywhere. */
  readonly isPrefixMeant?: true;
  /** The path is one that requests begin with. */
  readonly isPrefix?: true;
  /** A URL, or what else cloudflared accepts as `service`. */
  readonly service: string;
  readonly originRequest: Readonly<Record<string, unknown>>;
  /** False: the other tool leaves the record of the hostname to somebody else. */
  readonly hasManagedRecord: boolean;
}

/** What cannot be migrated as it is. `blocked`: nothing is changed until it is solved. `left`: the rest is migrated. */
export interface MigrationProblem {
  readonly effect: 'blocked' | 'left';
  readonly message: string;
}

/** Keys of a Secret that are copied, because the Tunnel can only read a Secret of its own namespace. */
export interface SecretCopy {
  readonly from: ObjectKey;
  readonly to: ObjectKey;
  /** Our key, and theirs. */
  readonly keys: Readonly<Record<string, string>>;
  /** Further keys, which are not secret. */
  readonly literals: Readonly<Record<string, string>>;
}

/** Finalizers, annotations and labels of the other tool on an object that stays. */
export interface Release {
  readonly apiVersion: string;
  readonly kind: string;
  readonly key: ObjectKey;
  readonly finalizers: readonly string[];
  readonly annotations: readonly string[];
  /** Annotations that are set. */
  readonly set?: Readonly<Record<string, string>>;
  readonly labels: readonly string[];
}

/** A TXT record by which the other tool recognises a record as its own. */
export interface OwnershipRecord {
  /** The hostname whose record it is for. */
  readonly hostname: string;
  /** The name of the TXT record; absent: any name that belongs to the hostname. */
  readonly name?: string;
  /** What its content must contain. */
  readonly contains: readonly string[];
}

export interface Takeover {
  /** Our Tunnel. */
  readonly tunnel: ObjectKey;
  readonly spec: Pick<TunnelSpec, 'accountId' | 'existingTunnel'> & {
    readonly configMode: ConfigMode;
    readonly protocol?: 'http2' | 'quic';
  };
  /** A Secret in the namespace of the Tunnel. */
  readonly credentials: string;
  readonly copy?: SecretCopy;
  /** Where a name without dots in a rule is resolved. */
  readonly connectorNamespace: string;
  readonly rules: readonly ServedRule[];
  /** `originRequest` of the whole configuration. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly fallback: string;
  /** Files in the connectors' pods, to which the CA pools of rules refer. */
  readonly findFile: FindFile;
  /** The rules are at Cloudflare, and the other tool has written all of them. */
  readonly replacesRemoteRules: boolean;
  readonly replicas: number;
  /** Where the connectors may run. */
  readonly scheduling: Pick<
    NonNullable<TunnelSpec['cloudflared']>,
    'nodeSelector' | 'tolerations' | 'priorityClassName'
  >;
  readonly connectors: readonly ObjectKey[];
  /** Deployments of the other tool that would undo the migration. */
  readonly controllers: readonly ObjectKey[];
  /** Deployments that are stopped only while ownership records and annotations are removed. */
  readonly paused: readonly ObjectKey[];
  readonly releases: readonly Release[];
  readonly ownership: readonly OwnershipRecord[];
  /** Objects of the other tool that nothing uses any more, and how to remove them. */
  readonly leftovers: readonly string[];
}

/** The key of a ConfigMap or Secret that a pod sees as a file. */
export interface FileSource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly object: ObjectKey;
  readonly key: string;
}

/** The source of a file in a pod, by its path. */
export type FindFile = (path: string) => FileSource | undefined;

/** What a tool has left in the cluster. */
export interface Findings {
  readonly takeovers: readonly Takeover[];
  readonly problems: readonly MigrationProblem[];
}

export function blocked(message: string): MigrationProblem {
  return { effect: 'blocked', message };
}

export function left(message: string): MigrationProblem {
  return { effect: 'left', message };
}
