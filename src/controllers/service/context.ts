import type { KubeObject, ObjectKey, Service } from '../../api/objects.ts';
import type { Exposure } from '../../core/routes/guard.ts';
import type { RoutingTable } from '../../core/routes/table.ts';
import type { TunnelNews } from '../../core/status/exposed.ts';
import type { Note } from '../../core/status/notes.ts';
import type { Waiting } from '../../runtime/patience.ts';

/** Everything the Service controller reaches for. */
export interface ServiceContext {
  readonly services: { get(key: ObjectKey): Service | undefined };
  readonly objects: {
    applyStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void>;
    setFinalizers(object: KubeObject, finalizers: readonly string[], signal: AbortSignal): Promise<unknown>;
  };
  readonly routing: () => RoutingTable;
  readonly newsOf: (tunnel: ObjectKey) => TunnelNews | undefined;
  /** For how long a Service has had no ready endpoint; `undefined`: it has one, or it is not known. */
  readonly unansweredMs: (service: ObjectKey) => number | undefined;
  /** What of the Service is published, or is about to be. */
  readonly exposureOf: (service: ObjectKey) => Exposure;
  /** Tells that the Service may be published now. */
  readonly guarded: (service: ObjectKey) => void;
  /** Tells that a Service has lost our finalizer: a Tunnel that is being deleted may wait for it. */
  readonly released: () => void;
  readonly record: (object: KubeObject, note: Note, signal: AbortSignal) => Promise<void>;
  /** Since when a Service has been waiting. */
  readonly patience: Waiting;
  readonly now: () => string;
}
