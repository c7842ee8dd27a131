/** Decides about the pods in which a proxy runs. */
import { PROXY_CONFIG_ANNOTATION } from '../../api/names.ts';
import type { Pod } from '../../api/objects.ts';
import { PROXY_CONTAINER } from './image.ts';

/**
 * The pods whose kubelet has to be told of a configuration. `isNew`: it was written just now; else a pod that no kubelet
 * was ever told of has started with it.
 */
export function podsToTell(pods: readonly Pod[], hash: string, isNew: boolean): readonly Pod[] {
  return pods.filter((pod) => {
    const told = pod.metadata.annotations?.[PROXY_CONFIG_ANNOTATION];
    const isRunning = pod.metadata.deletionTimestamp === undefined;
    return isRunning && hasProxy(pod) && told !== hash && (isNew || told !== undefined);
  });
}

function hasProxy({ spec }: Pod): boolean {
  return spec?.initContainers?.some(({ name }) => name === PROXY_CONTAINER) === true;
}
