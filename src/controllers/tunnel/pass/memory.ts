import type { ObjectKey, Tunnel } from '../../../api/objects.ts';
import { keyOf } from '../../../core/keys.ts';
import type { NotStanding } from '../../../core/applications/standing.ts';
import type { Clock } from '../../../runtime/clock.ts';
import type { OperatorError } from '../../../runtime/errors.ts';
import { Standstill } from '../../../runtime/standstill.ts';
import { Waits } from '../../../runtime/waits.ts';
import type { Access } from './ports.ts';
import { NO_PROXY, type ProxyMemory } from './proxy-memory.ts';
import type { RenderedConfig } from './rendered-config.ts';

/** What a pass went by, and the failures that it ended with. */
export interface LastPass {
  readonly inputs: readonly unknown[];
  readonly failures: readonly OperatorError[];
  /** The token may not write the records that were to be written. */
  readonly areRecordsForbidden: boolean | undefined;
}

/** How the object that the API server returned differs from its manifest. */
export interface Answer {
  readonly stamp: string | undefined;
  readonly differences: string;
}

/** What is remembered of one Tunnel between passes. Losing it costs time and calls, never correctness. */
export interface TunnelMemory {
  readonly uid: string | undefined;
  /** Lets clean-up end although the Secret with the credentials was deleted first. */
  lastAccess?: Access;
  lastPass?: LastPass;
  /** How stored objects differ from their manifests, by kind and name. */
  readonly answers: Map<string, Answer>;
  readonly waits: Waits;
  readonly standstill: Standstill;
  /** The state of the rollout and the version of the rules in which every connector was seen to run them. */
  appliedIn?: string;
  rendered?: RenderedConfig;
  proxy: ProxyMemory;
  /** Access applications that Cloudflare rejected, by domain: what they said, and why. */
  readonly refusedApplications: Map<string, { readonly key: string; readonly refusal: NotStanding }>;
  /** When a pass last ended without a failure, RFC 3339. */
  succeededAt?: string;
  /** Connectors on the tunnel that are not this Tunnel's. */
  foreignConnectors: number;
  /** Connectors run but are not connected to the edge, as far as the last pass could see. */
  areUnconnected: boolean;
  /** The Tunnel is being deleted, and its records and connectors are gone. */
  isUnpublished: boolean;
  /** The Tunnel is being deleted, and nothing of it is left but finalizers. */
  isCleanedUp: boolean;
}

/** The memory of every Tunnel. A Tunnel that is created again under the same name starts with an empty one. */
export class TunnelMemories {
  readonly #memories = new Map<ObjectKey, TunnelMemory>();
  readonly #clock: Pick<Clock, 'now'> | undefined;

  constructor(clock?: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  of(tunnel: Tunnel): TunnelMemory {
    const known = this.find(tunnel);
    if (known !== undefined) return known;
    const memory = this.#empty(tunnel.metadata.uid);
    this.#memories.set(keyOf(tunnel), memory);
    return memory;
  }

  find(tunnel: Tunnel): TunnelMemory | undefined {
    const known = this.#memories.get(keyOf(tunnel));
    return known?.uid === tunnel.metadata.uid ? known : undefined;
  }

  forget(tunnel: ObjectKey): void {
    this.#memories.delete(tunnel);
  }

  /** Notes that pods of a Service have come or gone. Returns the Tunnels whose proxies lead to it. */
  endpointsChanged(service: ObjectKey): readonly ObjectKey[] {
    const users = [...this.#memories].filter(([, { proxy }]) => proxy.services.has(service));
    for (const [, memory] of users) memory.proxy = { ...memory.proxy, isOutdated: true };
    return users.map(([tunnel]) => tunnel);
  }

  /** Tunnels of which nothing is left but finalizers. */
  cleanedUp(): readonly ObjectKey[] {
    return [...this.#memories].filter(([, { isCleanedUp }]) => isCleanedUp).map(([tunnel]) => tunnel);
  }

  #empty(uid: string | undefined): TunnelMemory {
    return {
      uid,
      answers: new Map(),
      refusedApplications: new Map(),
      waits: new Waits(this.#clock),
      standstill: new Standstill(this.#clock),
      proxy: NO_PROXY,
      foreignConnectors: 0,
      areUnconnected: false,
      isUnpublished: false,
      isCleanedUp: false,
    };
  }
}
