import type { ContainerStart } from '../../src/kubelet/image.ts';

/** The start parameters of a container from a kubelet. */
export function aContainerStart(more: Partial<ContainerStart> = {}): ContainerStart {
  return {
    pod: { namespace: 'default', name: 'web-1', uid: 'uid-1', ip: '10.244.0.9', loopback: '127.16.0.9' },
    name: 'main',
    image: 'example/app:1',
    command: [],
    args: [],
    env: {},
    files: new Map(),
    mounts: [],
    addressAt: () => undefined,
    ports: [],
    log: () => undefined,
    ...more,
  };
}
