import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import type { CaPool, CaPoolKey, CertificateTools } from '../../core/ca-pool/pool.ts';

/** Everything the controller of certificate pools reaches for. */
export interface CaPoolContext extends CertificateTools {
  readonly objects: {
    get<T extends KubeObject>(
      kind: 'configmaps' | 'secrets',
      key: ObjectKey,
      signal: AbortSignal,
    ): Promise<T | undefined>;
  };
  readonly driftIntervalMs: number;
  /** Whether any route asks for these certificates. */
  readonly isAsked: (reference: CaPoolKey) => boolean;
  /** What the last look has shown, by reference. */
  readonly pools: Map<CaPoolKey, CaPool>;
  /** Tells that some routes may now trust something else. */
  readonly routingChanged: () => void;
}
