import type {
  ConfigMapSource,
  ContainerSpec,
  DownwardApiSource,
  KeyToPath,
  Pod,
  ProjectedSource,
  VolumeMount,
  VolumeSpec,
} from '../kubernetes/controllers/workloads.ts';
import type { ConfigSource, Entries } from './config-source.ts';
import { fieldValue } from './downward-api.ts';
import { MissingReferenceError } from './missing-reference-error.ts';

/** The ConfigMap, Secret and similar volumes of a Pod, by name. Each maps relative paths to file contents. */
export function volumesOf(pod: Pod, podIp: string, source: ConfigSource): ReadonlyMap<string, Entries> {
  return new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, contentOf(volume, pod, podIp, source)]));
}

/** The files in all mounts of a container: absolute path to content. */
export function mountedFiles(container: ContainerSpec, volumes: ReadonlyMap<string, Entries>): Map<string, string> {
  const mounts = container.volumeMounts ?? [];
  return new Map(mounts.flatMap((mount) => filesAt(mount, volumes.get(mount.name) ?? {})));
}

function filesAt({ mountPath, subPath = '' }: VolumeMount, volume: Entries): [path: string, content: string][] {
  const root = mountPath.replace(/\/+$/, '');
  const inside = subPath === '' ? '' : `${subPath}/`;
  return Object.entries(volume).flatMap(([path, content]): [string, string][] => {
    if (path === subPath) return [[root, content]]; // the subPath is a single file, mounted at mountPath
    return path.startsWith(inside) ? [[`${root}/${path.slice(inside.length)}`, content]] : [];
  });
}

function contentOf(volume: VolumeSpec, pod: Pod, podIp: string, source: ConfigSource): Entries {
  const { secret, configMap, downwardAPI, projected } = volume;
  if (secret !== undefined) return secretFiles({ ...secret, name: secret.secretName }, source);
  if (configMap !== undefined) return configMapFiles(configMap, source);
  if (downwardAPI !== undefined) return downwardFiles(downwardAPI, pod, podIp);
  const parts = (projected?.sources ?? []).map((part) => projectedFiles(part, pod, podIp, source));
  return Object.assign({}, ...parts) as Entries;
}

function projectedFiles(part: ProjectedSource, pod: Pod, podIp: string, source: ConfigSource): Entries {
  return {
    ...(part.secret && secretFiles(part.secret, source)),
    ...(part.configMap && configMapFiles(part.configMap, source)),
    ...(part.downwardAPI && downwardFiles(part.downwardAPI, pod, podIp)),
  };
}

function secretFiles(reference: ConfigMapSource, source: ConfigSource): Entries {
  return projection(source.secret(reference), reference, 'secret');
}

function configMapFiles(reference: ConfigMapSource, source: ConfigSource): Entries {
  return projection(source.configMap(reference), reference, 'config');
}

function downwardFiles({ items = [] }: DownwardApiSource, pod: Pod, podIp: string): Entries {
  return Object.fromEntries(
    items.map(({ path, fieldRef }) => [path, fieldRef === undefined ? '' : fieldValue(pod, podIp, fieldRef.fieldPath)]),
  );
}

/** All entries under their own names, or only the `items` under their paths. */
function projection(entries: Entries, { items, optional = false }: ConfigMapSource, kind: string): Entries {
  if (items === undefined) return entries;
  const found = items.filter(({ key }) => key in entries);
  if (found.length < items.length && !optional) throw missingKey(entries, items, kind);
  return Object.fromEntries(found.map(({ key, path }) => [path, entries[key] ?? '']));
}

function missingKey(entries: Entries, items: readonly KeyToPath[], kind: string): MissingReferenceError {
  const missing = items.find(({ key }) => !(key in entries));
  return new MissingReferenceError(`references non-existent ${kind} key: ${missing?.key}`);
}
