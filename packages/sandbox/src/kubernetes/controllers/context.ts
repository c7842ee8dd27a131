import type { KubeApi } from '../api.ts';
import type { ResourceCaches } from './cached-resource.ts';
import type { EventRecorder } from './event-recorder.ts';

/** The dependencies of a controller in the sandbox. */
export interface ControllerContext {
  readonly api: KubeApi;
  readonly caches: ResourceCaches;
  /** Creates an event recorder for a component. */
  recorder(component: string): EventRecorder;
  /** Sandbox seconds per real second, for long waits: minReadySeconds, progressDeadlineSeconds. */
  readonly timeScale: number;
}

export interface RunningController {
  stop(): Promise<void>;
}
