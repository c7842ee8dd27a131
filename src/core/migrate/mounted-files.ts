/** Finds the ConfigMap or Secret behind a file in a pod. */
import type { ObjectKey } from '../../api/objects.ts';
import type { Container, Volume, Workload } from './facts.ts';
import type { FileSource, FindFile } from './takeover.ts';

interface Mount {
  readonly kind: FileSource['kind'];
  readonly object: ObjectKey;
  readonly items: readonly { readonly key: string; readonly path: string }[] | undefined;
  readonly mountPath: string;
  readonly subPath: string | undefined;
}

export function findFileIn({ metadata, spec }: Workload, { volumeMounts = [] }: Container): FindFile {
  const volumes = spec.template.spec?.volumes ?? [];
  const mounts = volumeMounts.flatMap(({ name, mountPath, subPath }) => {
    const volume = volumes.find((one) => one.name === name);
    const source = volume && sourceOf(volume, metadata.namespace ?? '');
    return source === undefined ? [] : [{ ...source, mountPath, subPath }];
  });
  return (path) => mounts.map((mount) => fileIn(mount, path)).find((file) => file !== undefined);
}

function sourceOf({ configMap, secret }: Volume, namespace: string): Omit<Mount, 'mountPath' | 'subPath'> | undefined {
  if (configMap?.name !== undefined)
    return { kind: 'ConfigMap', object: `${namespace}/${configMap.name}`, items: configMap.items };
  if (secret?.secretName !== undefined)
    return { kind: 'Secret', object: `${namespace}/${secret.secretName}`, items: secret.items };
  return undefined;
}

function fileIn({ kind, object, items, mountPath, subPath }: Mount, path: string): FileSource | undefined {
  const folder = mountPath.replace(/\/$/, '');
  const isWhole = path === mountPath && subPath !== undefined;
  if (!isWhole && !path.startsWith(`${folder}/`)) return undefined;
  const below = isWhole
    ? subPath
    : [subPath, path.slice(folder.length + 1)].filter((part) => part !== undefined).join('/');
  const key = items === undefined ? below : items.find((item) => item.path === below)?.key;
  return key === undefined ? undefined : { kind, object, key };
}
