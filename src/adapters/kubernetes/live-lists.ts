import type { EventObject, Pod } from '../../api/objects.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { KubernetesObjects } from './objects.ts';

/**
 * Lists that explain what is wrong. They are read only then, so they need no watch; `undefined` where listing is
 * forbidden or fails: work goes on without the explanation.
 */
export class LiveLists {
  readonly #objects: Pick<KubernetesObjects, 'list'>;

  constructor(objects: Pick<KubernetesObjects, 'list'>) {
    this.#objects = objects;
  }

  pods(namespace: string, labelSelector: string, signal: AbortSignal): Promise<readonly Pod[] | undefined> {
    return this.#objects.list<Pod>('pods', { namespace, labelSelector }, signal).catch(undefinedIfUnavailable(signal));
  }

  /** Warnings about one pod. */
  warnings({ metadata }: Pod, signal: AbortSignal): Promise<readonly EventObject[] | undefined> {
    const { namespace = '', name } = metadata;
    const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${name},type=Warning`;
    return this.#objects
      .list<EventObject>('events', { namespace, fieldSelector }, signal)
      .catch(undefinedIfUnavailable(signal));
  }
}

function undefinedIfUnavailable(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    const isUnavailable = error instanceof OperatorError && error.reason === 'KubernetesUnavailable';
    if (signal.aborted || !isUnavailable) throw error;
    return undefined;
  };
}
