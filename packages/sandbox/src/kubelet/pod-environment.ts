import type { KubeApi } from '../kubernetes/api.ts';
import type { EventRecorder } from '../kubernetes/controllers/event-recorder.ts';
import type { KubeletAssumptions } from './assumptions.ts';
import type { Image } from './image.ts';

/** The dependencies that all Pods of a kubelet share. */
export interface PodEnvironment {
  readonly api: KubeApi;
  readonly images: readonly Image[];
  readonly events: EventRecorder;
  readonly timeScale: number;
  readonly assumptions: KubeletAssumptions;
  /** Where a port of the Pod with this cluster address listens on this machine. */
  readonly addressAt: (ip: string, port: number) => string | undefined;
}
