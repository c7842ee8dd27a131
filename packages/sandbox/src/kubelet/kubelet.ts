import type { KubeApi } from '../kubernetes/api.ts';
import { conditionOf, withTransitionTime } from '../kubernetes/controllers/conditions.ts';
import { createEventRecorder, type EventRecorder, noEvents } from '../kubernetes/controllers/event-recorder.ts';
import { labelsMatch } from '../kubernetes/controllers/label-selector.ts';
import { keyOf, objectKey, splitKey } from '../kubernetes/controllers/object-key.ts';
import { CONFIG_MAPS, PODS, SECRETS } from '../kubernetes/controllers/resources.ts';
import type { Pod } from '../kubernetes/controllers/workloads.ts';
import { type Recheck, WorkLoop } from '../kubernetes/controllers/work-loop.ts';
import { deepEqual } from '../kubernetes/json.ts';
import { DEFAULT_KUBELET_ASSUMPTIONS, type KubeletAssumptions } from './assumptions.ts';
import type { Image } from './image.ts';
import { NODE_LABELS, NODE_NAME } from './node.ts';
import { PodNetwork } from './pod-network.ts';
import type { PodEnvironment } from './pod-environment.ts';
import { PodRuntime } from './pod-runtime.ts';

export interface KubeletOptions {
  /** The available programs. The first match is started. */
  readonly images: readonly Image[];
  /** Sandbox seconds per real second for probe periods and crash back-off. 10 is ten times faster. */
  readonly timeScale?: number;
  /** Whether Events are written. */
  readonly events?: boolean;
  readonly assumptions?: Partial<KubeletAssumptions> | undefined;
}

/** A Pod with an address on the node. */
export interface RunningPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly ip: string;
  readonly ready: boolean;
}

/** The node of the sandbox: scheduler, kubelet and container runtime in one. */
export interface Kubelet {
  pods(): readonly RunningPod[];
  /** The last 1000 lines of a container's current run. Default: the first container. */
  logs(namespace: string, pod: string, container?: string): readonly string[];
  /** The address on this machine for a port of a Pod. */
  addressOf(pod: { readonly namespace: string; readonly name: string }, port: number): string | undefined;
  /** The same for a Pod's cluster address. */
  addressAt(ip: string, port: number): string | undefined;
  /** Sends SIGKILL to one container of a Pod or to all, like the out-of-memory killer. */
  kill(pod: { readonly namespace: string; readonly name: string }, container?: string): void;
  /** Ends all containers immediately, and leaves their Pods unchanged. */
  stop(): Promise<void>;
}

/** Starts the node, which binds, starts, probes, restarts and ends Pods. */
export function startKubelet(api: KubeApi, options: KubeletOptions): Kubelet {
  return new Node(api, options);
}

const UNSCHEDULABLE = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'Unschedulable',
  message:
    "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
} as const;

class Node implements Kubelet {
  readonly #api: KubeApi;
  readonly #environment: PodEnvironment;
  readonly #scheduler: EventRecorder;
  readonly #network = new PodNetwork();
  readonly #runtimes = new Map<string, PodRuntime>();
  readonly #loop = new WorkLoop((key) => this.#sync(key), { delayMs: 5 });
  readonly #unwatch: readonly (() => void)[];

  constructor(api: KubeApi, { images, timeScale = 1, events = true, assumptions = {} }: KubeletOptions) {
    const recorder = (component: string): EventRecorder => (events ? createEventRecorder(api, component) : noEvents);
    this.#api = api;
    this.#environment = {
      api,
      images,
      timeScale,
      events: recorder('kubelet'),
      assumptions: { ...DEFAULT_KUBELET_ASSUMPTIONS, ...assumptions },
      addressAt: (ip, port) => this.addressAt(ip, port),
    };
    this.#scheduler = recorder('default-scheduler');
    this.#unwatch = [
      api.watch(PODS, (_type, pod) => this.#loop.add(objectKey(pod))),
      // A container may be waiting for this object.
      ...[SECRETS, CONFIG_MAPS].map((resource) =>
        api.watch(resource, (_type, { metadata }) => this.#wakeWaiting(metadata.namespace)),
      ),
    ];
  }

  pods(): readonly RunningPod[] {
    return Array.from(this.#runtimes, ([key, { uid, ip, isReady }]) => {
      const [namespace, name] = splitKey(key);
      return { namespace, name, uid, ip, ready: isReady };
    });
  }

  logs(namespace: string, pod: string, container?: string): readonly string[] {
    return this.#runtimes.get(keyOf(namespace, pod))?.logs(container) ?? [];
  }

  addressOf(
    { namespace, name }: { readonly namespace: string; readonly name: string },
    port: number,
  ): string | undefined {
    return this.#runtimes.get(keyOf(namespace, name))?.addressOf(port);
  }

  addressAt(ip: string, port: number): string | undefined {
    return Array.from(this.#runtimes.values())
      .find((runtime) => runtime.ip === ip)
      ?.addressOf(port);
  }

  kill({ namespace, name }: { readonly namespace: string; readonly name: string }, container?: string): void {
    this.#runtimes.get(keyOf(namespace, name))?.kill(container);
  }

  async stop(): Promise<void> {
    for (const unwatch of this.#unwatch) unwatch();
    await this.#loop.stop();
    await Promise.all(Array.from(this.#runtimes.values(), (runtime) => runtime.stop(0)));
    this.#runtimes.clear();
  }

  #wakeWaiting(namespace: string | undefined): void {
    for (const [key, runtime] of this.#runtimes) {
      if (runtime.isWaiting && splitKey(key)[0] === namespace) this.#loop.add(key);
    }
  }

  async #sync(key: string): Promise<Recheck> {
    const pod = this.#api.get(PODS, ...splitKey(key)) as Pod | undefined;
    const runtime = this.#runtimes.get(key);
    if (runtime !== undefined && runtime.uid !== pod?.metadata.uid) await this.#evict(key, runtime);
    if (pod === undefined) return undefined;
    if (pod.metadata.deletionTimestamp !== undefined) return this.#end(key, pod);
    if (pod.spec.nodeName === undefined) return this.#bind(pod);
    return pod.spec.nodeName === NODE_NAME ? this.#keepRunning(key, pod) : undefined;
  }

  /** The Pod object is gone already, as after a forced deletion. */
  async #evict(key: string, runtime: PodRuntime): Promise<void> {
    this.#runtimes.delete(key);
    this.#network.release(runtime.ip);
    await runtime.stop(0);
  }

  #bind(pod: Pod): Recheck {
    if (!labelsMatch(pod.spec.nodeSelector ?? {}, NODE_LABELS)) return this.#refuse(pod);
    this.#api.update(PODS, { ...pod, spec: { ...pod.spec, nodeName: NODE_NAME } });
    const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${NODE_NAME}`;
    this.#scheduler.record(pod, { type: 'Normal', reason: 'Scheduled', message });
    return undefined;
  }

  /** Reports a Pod that fits on no node, as the scheduler does. */
  #refuse(pod: Pod): Recheck {
    const conditions = pod.status?.conditions;
    if (conditionOf(conditions, UNSCHEDULABLE.type)?.status === 'False') return undefined;
    const status = { ...pod.status, phase: 'Pending', conditions: [withTransitionTime(conditions, UNSCHEDULABLE)] };
    this.#api.updateStatus(PODS, { ...pod, status });
    this.#scheduler.record(pod, { type: 'Warning', reason: 'FailedScheduling', message: UNSCHEDULABLE.message });
    return undefined;
  }

  #keepRunning(key: string, pod: Pod): Recheck {
    const runtime = this.#runtimes.get(key) ?? this.#accept(key, pod);
    const recheckMs = runtime.sync(pod);
    this.#report(pod, runtime);
    return recheckMs;
  }

  #accept(key: string, pod: Pod): PodRuntime {
    const onChange = (): void => this.#loop.add(key);
    const runtime = new PodRuntime(pod, this.#network.allocate(), this.#environment, onChange);
    this.#runtimes.set(key, runtime);
    return runtime;
  }

  #report(pod: Pod, runtime: PodRuntime): void {
    const status = runtime.status(pod);
    if (deepEqual(pod.status, status)) return;
    this.#api.updateStatus(PODS, { ...pod, status });
    this.#noteAddresses(pod);
  }

  /** A container that has started or ended may have changed the ports that others look for. */
  #noteAddresses(changed: Pod): void {
    for (const [key, { followsAddresses }] of this.#runtimes) {
      if (followsAddresses && key !== objectKey(changed)) this.#loop.add(key);
    }
  }

  /** Sends SIGTERM first. The Pod object is deleted after its containers have ended. */
  #end(key: string, pod: Pod): Recheck {
    const runtime = this.#runtimes.get(key);
    if (runtime !== undefined && !runtime.isStopped) {
      runtime.terminate((pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000);
      this.#report(pod, runtime);
      return undefined;
    }
    if (runtime !== undefined) {
      this.#report(pod, runtime);
      this.#runtimes.delete(key);
      this.#network.release(runtime.ip);
    }
    const { namespace, name, uid } = pod.metadata;
    this.#api.delete(PODS, namespace, name, { gracePeriodSeconds: 0, ...(uid !== undefined && { uid }) });
    return undefined;
  }
}
