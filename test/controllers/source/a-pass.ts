/** A pass over one source, with everything that it writes. */
import type { Condition } from '../../../src/api/conditions.ts';
import type { KubeObject } from '../../../src/api/objects.ts';
import type { SourceContext } from '../../../src/controllers/source/context.ts';
import { reconcileSource } from '../../../src/controllers/source/reconcile.ts';
import type { SourceKey } from '../../../src/core/model/source.ts';
import type { PublicationState } from '../../../src/core/routing/finalizer.ts';
import type { RouteResult } from '../../../src/core/routing/table.ts';
import type { TunnelObservation } from '../../../src/core/status/exposed.ts';
import type { Note } from '../../../src/core/status/notes.ts';
import { Waits } from '../../../src/runtime/waits.ts';
import { EPOCH } from '../../support/builders.ts';
import { type SourceObjects, aSources } from '../../support/sources.ts';

const PASS = { signal: new AbortController().signal, failures: 0, isRetry: false };

export interface Situation extends SourceObjects {
  readonly result?: RouteResult;
  readonly observation?: TunnelObservation | undefined;
  readonly publication?: PublicationState;
  readonly unansweredMs?: number | undefined;
  /** The name that records lead to. */
  readonly target?: string;
  /** What a status that is written turns the situation into. */
  readonly afterStatus?: Situation;
}

/** A world in which every part of the situation, and the time, may change between passes. */
export function aWorld(initial: Situation) {
  const world = {
    situation: initial,
    now: 0,
    finalizers: [] as (readonly string[])[],
    /** The version of the object that the finalizers were written to. */
    versions: [] as (string | undefined)[],
    statuses: [] as unknown[],
    notes: [] as Note[],
    signals: [] as string[],
    /** Of objects whose status has no conditions. */
    conditions: new Map<SourceKey, Condition>(),
    pass: (key: SourceKey) => reconcileSource(ctx, key, PASS),
  };
  const ctx: SourceContext = {
    sources: {
      find: (key) => aSources(world.situation).find(key),
      get: (key) => aSources(world.situation).get(key),
      requestsExposure: (object) => aSources(world.situation).requestsExposure(object),
      conditionOf: (key) => world.conditions.get(key) ?? aSources(world.situation).conditionOf(key),
      remember: (key, condition) => {
        const isHeldByStatus = aSources(world.situation).find(key)?.source.conditionOf !== undefined;
        if (!isHeldByStatus) world.conditions.set(key, condition);
      },
      isStatusOurs: (object) => aSources(world.situation).isStatusOurs(object),
      forget: (key) => void world.conditions.delete(key),
    },
    objects: {
      applyStatus: async (_: KubeObject, status: unknown) => {
        world.statuses.push(status);
        world.situation = world.situation.afterStatus ?? world.situation;
      },
      replaceStatus: async (_: KubeObject, status: unknown) => void world.statuses.push(status),
      setFinalizers: async ({ metadata }: KubeObject, finalizers: readonly string[]) => {
        world.finalizers.push(finalizers);
        world.versions.push(metadata.resourceVersion);
      },
    },
    routing: () => {
      const { result } = world.situation;
      return { results: new Map(result === undefined ? [] : [[result.source, result]]), furtherKeys: new Map() };
    },
    observationOf: () => world.situation.observation,
    targetOf: () => world.situation.target,
    unansweredMs: () => world.situation.unansweredMs,
    publicationStateOf: () => world.situation.publication ?? { hasRoutes: true, hold: () => ({ kind: 'none' }) },
    finalizerAdded: (source) => world.signals.push(`added ${source}`),
    finalizerRemoved: () => world.signals.push('removed'),
    record: async (_, note) => void world.notes.push(note),
    waits: new Waits({ now: () => world.now }),
    now: () => EPOCH,
  };
  return world;
}
