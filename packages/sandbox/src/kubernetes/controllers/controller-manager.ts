import type { KubeApi } from '../api.ts';
import { ResourceCaches } from './cached-resource.ts';
import type { ControllerContext, RunningController } from './context.ts';
import { startDeploymentController } from './deployment-controller.ts';
import { startEndpointSliceController } from './endpointslice-controller.ts';
import { createEventRecorder, noEvents } from './event-recorder.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startJobController } from './job-controller.ts';
import { startNamespaceController } from './namespace-controller.ts';
import { startPdbController } from './pdb-controller.ts';
import { startReplicaSetController } from './replicaset-controller.ts';

export interface ControllerOptions {
  /** Sandbox seconds per real second for minReadySeconds and progressDeadlineSeconds. 10 is ten times faster. */
  readonly timeScale?: number;
  /** Whether the controllers write Events. */
  readonly events?: boolean;
  /** How long the garbage collector does not know a new CRD. Up to 30 s in a real cluster. */
  readonly crdResyncMs?: number;
}

/** Starts the controllers of kube-controller-manager that the sandbox needs. */
export function startControllers(api: KubeApi, options: ControllerOptions = {}): RunningController {
  const { timeScale = 1, events = true, crdResyncMs } = options;
  const caches = new ResourceCaches(api);
  const context: ControllerContext = {
    api,
    caches,
    timeScale,
    recorder: (component) => (events ? createEventRecorder(api, component) : noEvents),
  };
  const controllers = [
    startGarbageCollector(api, crdResyncMs === undefined ? {} : { crdResyncMs }),
    startNamespaceController(context),
    startDeploymentController(context),
    startReplicaSetController(context),
    startJobController(context),
    startEndpointSliceController(context),
    startPdbController(context),
  ];
  return {
    async stop() {
      caches.stop();
      await Promise.all(controllers.map((controller) => controller.stop()));
    },
  };
}
