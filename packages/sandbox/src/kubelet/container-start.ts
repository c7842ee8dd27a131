import type { ContainerSpec, Pod } from '../kubernetes/controllers/workloads.ts';
import type { ConfigSource, Entries } from './config-source.ts';
import { environmentOf } from './environment.ts';
import type { ContainerStart } from './image.ts';
import { mountsOf, type SharedFolders } from './mounts.ts';
import type { PodAddress } from './pod-network.ts';
import { expandVariables } from './variable-expansion.ts';
import { mountedFiles } from './volumes.ts';

export interface StartContext {
  readonly source: ConfigSource;
  readonly volumes: ReadonlyMap<string, Entries>;
  readonly folders: SharedFolders;
  readonly addressAt: (ip: string, port: number) => string | undefined;
  log(line: string): void;
}

/** Resolves everything that a container is started with. Throws `MissingReferenceError`. */
export function containerStart(
  pod: Pod,
  { ip, loopback }: PodAddress,
  container: ContainerSpec,
  context: StartContext,
): ContainerStart {
  const { namespace = '', name, uid = '' } = pod.metadata;
  const env = environmentOf(pod, ip, container, context.source);
  const expandAll = (texts: readonly string[] = []): string[] => texts.map((text) => expandVariables(text, env));
  return {
    pod: { namespace, name, uid, ip, loopback },
    name: container.name,
    image: container.image,
    command: expandAll(container.command),
    args: expandAll(container.args),
    env,
    files: mountedFiles(container, context.volumes),
    mounts: mountsOf(container, pod.spec.volumes ?? [], context.folders),
    ports: container.ports ?? [],
    addressAt: context.addressAt,
    log: (line) => context.log(line),
  };
}
