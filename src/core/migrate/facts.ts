/** What a migration reads from the cluster. */
import type { ConfigMap, KubeObject, ObjectKey, Secret, Service, Tunnel } from '../../api/objects.ts';
import type { Parsers } from '../sources/parsers.ts';

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name?: string; readonly key?: string } };
}

export interface Container {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
  }[];
}

interface FileItem {
  readonly key: string;
  readonly path: string;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name?: string; readonly items?: readonly FileItem[] };
  readonly secret?: { readonly secretName?: string; readonly items?: readonly FileItem[] };
}

/** A Deployment, with what tells which program it runs. */
export interface Workload extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: {
      readonly spec?: {
        readonly containers?: readonly Container[];
        readonly volumes?: readonly Volume[];
        readonly nodeSelector?: Readonly<Record<string, string>>;
        readonly tolerations?: readonly Readonly<Record<string, unknown>>[];
        readonly priorityClassName?: string;
      };
    };
  };
}

export interface IngressPath {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend: {
    readonly service?: {
      readonly name: string;
      readonly port?: { readonly name?: string; readonly number?: number };
    };
  };
}

export interface Ingress extends KubeObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: unknown;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: { readonly paths?: readonly IngressPath[] };
    }[];
  };
}

export interface IngressClass extends KubeObject {
  readonly spec?: { readonly controller?: string };
}

/** An object of a kind that only another operator knows. */
export type ForeignObject = KubeObject & Readonly<Record<string, unknown>>;

export interface ClusterFacts {
  readonly services: readonly Service[];
  readonly deployments: readonly Workload[];
  readonly ingresses: readonly Ingress[];
  readonly ingressClasses: readonly IngressClass[];
  /** Tunnels, ClusterTunnels and TunnelBindings of networking.cfargotunnel.com. */
  readonly foreign: readonly ForeignObject[];
  /** Our own Tunnels. */
  readonly tunnels: readonly Tunnel[];
  /** Only those that `configMapsToRead` and `secretsToRead` name. */
  readonly configMaps: readonly ConfigMap[];
  readonly secrets: readonly Secret[];
}

/** The same, with what the user has chosen. */
export interface MigrationInput extends ClusterFacts {
  readonly parsers: Parsers;
  /** A Secret with an API token in the namespace of each Tunnel; absent: the one that the other tool uses. */
  readonly credentials?: string;
}

export function byKey<T extends KubeObject>(objects: readonly T[], key: ObjectKey): T | undefined {
  const slash = key.indexOf('/');
  return objects.find(
    ({ metadata }) => metadata.namespace === key.slice(0, slash) && metadata.name === key.slice(slash + 1),
  );
}
