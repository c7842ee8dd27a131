import type { Condition } from '../../api/conditions.ts';
import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import type { SourceKey } from '../../core/model/source.ts';
import type { PublicationState } from '../../core/routing/finalizer.ts';
import type { RoutingTable } from '../../core/routing/table.ts';
import type { TunnelObservation } from '../../core/status/exposed.ts';
import type { Note } from '../../core/status/notes.ts';
import type { WaitTimer } from '../../runtime/waits.ts';
import type { SourceObject } from './sources.ts';

/** What adding and removing the finalizer needs. */
export interface FinalizerContext {
  readonly objects: {
    setFinalizers(object: KubeObject, finalizers: readonly string[], signal: AbortSignal): Promise<unknown>;
  };
  /** What is published of a source, or is about to be. */
  readonly publicationStateOf: (source: SourceKey) => PublicationState;
  /** Reports that a source may be published now. */
  readonly finalizerAdded: (source: SourceKey) => void;
  /** Reports that a source has lost our finalizer: a Tunnel that is being deleted may wait for it. */
  readonly finalizerRemoved: () => void;
}

/** What writing and removing the condition needs. */
export interface ConditionContext {
  readonly objects: {
    applyStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void>;
    /** Under optimistic lock, where other controllers write to the same list. */
    replaceStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void>;
  };
  readonly record: (object: KubeObject, note: Note, signal: AbortSignal) => Promise<void>;
  /** RFC 3339, second precision. */
  readonly now: () => string;
  readonly sources: {
    conditionOf(key: SourceKey): Condition | undefined;
    remember(key: SourceKey, condition: Condition): void;
    isStatusOurs(object: SourceObject): boolean;
  };
}

/** What describing the exposure of a source needs. */
export interface ExposureContext extends ConditionContext {
  readonly routing: () => Pick<RoutingTable, 'results' | 'furtherKeys'>;
  readonly observationOf: (tunnel: ObjectKey) => TunnelObservation | undefined;
  /** The name that the records of a Tunnel lead to; `undefined`: it is not known yet. */
  readonly targetOf: (tunnel: ObjectKey) => string | undefined;
  /** For how long a Service has had no ready endpoint; `undefined`: it has one, or this is unknown. */
  readonly unansweredMs: (service: ObjectKey) => number | undefined;
  readonly waits: WaitTimer;
}

/** What letting go of a source that requests nothing needs. */
export interface WithdrawalContext extends FinalizerContext {
  readonly objects: FinalizerContext['objects'] & ConditionContext['objects'];
  readonly sources: { get(key: SourceKey): KubeObject | undefined; forget(key: SourceKey): void };
  readonly record: ConditionContext['record'];
  readonly waits: WaitTimer;
}

export interface SourceContext extends ExposureContext, WithdrawalContext {
  readonly objects: WithdrawalContext['objects'];
  readonly sources: ConditionContext['sources'] &
    WithdrawalContext['sources'] & {
      find(key: SourceKey): SourceObject | undefined;
      requestsExposure(object: SourceObject): boolean;
    };
}

/** The object that a pass is about. */
export interface Subject extends SourceObject {
  readonly signal: AbortSignal;
}
