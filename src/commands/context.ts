import type { KubeObject, Tunnel } from '../api/objects.ts';
import type { Route } from '../core/model/route.ts';

/** What the operator has installed in a cluster, for the commands that remove it. Failures are thrown. */
export interface Installation {
  /** Empty if the CustomResourceDefinition is not installed. */
  tunnels(): Promise<readonly Tunnel[]>;
  /** Objects that routes come from, and those of Access, that have our finalizer. */
  sourcesWithFinalizer(): Promise<readonly KubeObject[]>;
  setSpec(tunnel: Tunnel, spec: Partial<Tunnel['spec']>): Promise<void>;
  remove(object: KubeObject): Promise<void>;
  /** Removes our finalizer. */
  release(object: KubeObject): Promise<void>;
  /** The published routes of a Tunnel; `undefined` if its ConfigMap is missing or unreadable. */
  publishedRoutes(tunnel: Tunnel): Promise<readonly Route[] | undefined>;
  /** Permits the deletion of the CustomResourceDefinition; `absent`: it does not exist. */
  allowDefinitionDelete(): Promise<'allowed' | 'absent'>;
  /** A value that changes while an operator is running; `undefined` if there is no leader. */
  heartbeat(): Promise<string | undefined>;
}

export interface CommandContext {
  readonly installation: Installation;
  /** Runs work that may fail, and returns a failure as a sentence. */
  readonly attempt: <T>(work: () => Promise<T>) => Promise<{ readonly value: T } | { readonly problem: string }>;
  readonly say: (line: string) => void;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
}
