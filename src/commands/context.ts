import type { Service, Tunnel } from '../api/objects.ts';
import type { Route } from '../core/model/route.ts';

/** What the operator has installed in a cluster, as the commands that remove it see it. Failures are thrown. */
export interface Installation {
  /** None, if the kind is not installed. */
  tunnels(): Promise<readonly Tunnel[]>;
  /** Services that carry our finalizer. */
  servicesWithFinalizer(): Promise<readonly Service[]>;
  setSpec(tunnel: Tunnel, spec: Partial<Tunnel['spec']>): Promise<void>;
  remove(tunnel: Tunnel): Promise<void>;
  /** Takes our finalizer off. */
  release(object: Tunnel | Service): Promise<void>;
  /** What a Tunnel publishes; `undefined` if its ConfigMap is gone or cannot be read. */
  publishedRoutes(tunnel: Tunnel): Promise<readonly Route[] | undefined>;
  /** Lets the CustomResourceDefinition be deleted; `absent`: it is not there. */
  allowDefinitionDelete(): Promise<'allowed' | 'absent'>;
  /** A value that changes while an operator is running; `undefined` if none is elected. */
  heartbeat(): Promise<string | undefined>;
}

export interface CommandContext {
  readonly installation: Installation;
  /** Runs work that may fail; a failure comes back as a sentence. */
  readonly attempt: <T>(work: () => Promise<T>) => Promise<{ readonly value: T } | { readonly problem: string }>;
  readonly say: (line: string) => void;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
}
