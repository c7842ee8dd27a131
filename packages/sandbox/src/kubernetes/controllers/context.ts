import type { KubeApi } from '../api.ts';
import type { ResourceCaches } from './cached-resource.ts';
import type { EventRecorder } from './event-recorder.ts';

/** What a controller of the sandbox works with. */
export interface ControllerContext {
  readonly api: KubeApi;
  readonly caches: ResourceCaches;
  /** Makes the recorder that signs as the given component. */
  recorder(component: string): EventRecorder;
  /** Sandbox seconds per real second, for waits that would only bore: minReadySeconds, progressDeadlineSeconds. */
  readonly timeScale: number;
}

/** A controller at work. */
export interface RunningController {
  stop(): Promise<void>;
}
