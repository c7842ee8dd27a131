import type { EventObject, Pod } from '../../api/objects.ts';
import type { KubernetesObjects } from './objects.ts';

/** Lists that are read only when something is wrong, so that they need no watch; `undefined`: listing is forbidden. */
export class LiveLists {
  readonly #objects: Pick<KubernetesObjects, 'list'>;

  constructor(objects: Pick<KubernetesObjects, 'list'>) {
    this.#objects = objects;
  }

  pods(namespace: string, labelSelector: string, signal: AbortSignal): Promise<readonly Pod[] | undefined> {
    return this.#objects.list('pods', { namespace, labelSelector }, signal);
  }

  /** Warnings about one pod. */
  warnings({ metadata }: Pod, signal: AbortSignal): Promise<readonly EventObject[] | undefined> {
    const { namespace = '', name } = metadata;
    const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${name},type=Warning`;
    return this.#objects.list('events', { namespace, fieldSelector }, signal);
  }
}
