import type { KubeObject, ObjectKey, Service } from '../../api/objects.ts';
import type { PublicationState } from '../../core/routing/finalizer.ts';
import type { RoutingTable } from '../../core/routing/table.ts';
import type { TunnelObservation } from '../../core/status/exposed.ts';
import type { Note } from '../../core/status/notes.ts';
import type { WaitTimer } from '../../runtime/waits.ts';

/** Everything the Service controller reaches for. */
export interface ServiceContext {
  readonly services: { get(key: ObjectKey): Service | undefined };
  readonly objects: {
    applyStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void>;
    setFinalizers(object: KubeObject, finalizers: readonly string[], signal: AbortSignal): Promise<unknown>;
  };
  readonly routing: () => RoutingTable;
  readonly observationOf: (tunnel: ObjectKey) => TunnelObservation | undefined;
  /** For how long a Service has had no ready endpoint; `undefined`: it has one, or it is not known. */
  readonly unansweredMs: (service: ObjectKey) => number | undefined;
  /** What of the Service is published, or is about to be. */
  readonly publicationStateOf: (service: ObjectKey) => PublicationState;
  /** Tells that the Service may be published now. */
  readonly finalizerAdded: (service: ObjectKey) => void;
  /** Tells that a Service has lost our finalizer: a Tunnel that is being deleted may wait for it. */
  readonly finalizerRemoved: () => void;
  readonly record: (object: KubeObject, note: Note, signal: AbortSignal) => Promise<void>;
  /** Since when a Service has been waiting. */
  readonly waits: WaitTimer;
  readonly now: () => string;
}
