import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ContainerSpec, VolumeMount, VolumeSpec } from '../kubernetes/controllers/workloads.ts';

/** A folder in a container. A file that is mounted alone, with `subPath`, has none. */
export type Mount =
  /** A ConfigMap, Secret or the like, whose files are replaced together. */
  | { readonly kind: 'projected'; readonly path: string }
  /** An `emptyDir`, which the containers of a Pod share. */
  | {
      readonly kind: 'shared';
      readonly path: string;
      /** The real folder, made when it is first asked for. */
      readonly folder: () => string;
    };

/** The folders that a container mounts. */
export function mountsOf(
  { volumeMounts = [] }: ContainerSpec,
  volumes: readonly VolumeSpec[],
  folders: SharedFolders,
): Mount[] {
  return volumeMounts.flatMap((mount): Mount[] => {
    const volume = volumes.find(({ name }) => name === mount.name);
    const at = mount.mountPath.replace(/\/+$/, '');
    if (volume?.emptyDir !== undefined) return [{ kind: 'shared', path: at, folder: () => folders.folderOf(mount) }];
    return volume === undefined || isPart(mount) ? [] : [{ kind: 'projected', path: at }];
  });
}

/** Such a mount is not refreshed: it is bound to what the volume contained when the container was started. */
function isPart({ subPath = '' }: VolumeMount): boolean {
  return subPath !== '';
}

/** What a path in a container is called on this machine. Only what a Pod shares has such a name. */
export function realPath(mounts: readonly Mount[], inside: string): string {
  for (const mount of mounts.toSorted((a, b) => b.path.length - a.path.length)) {
    if (mount.kind !== 'shared') continue;
    if (inside === mount.path) return mount.folder();
    if (inside.startsWith(`${mount.path}/`)) return mount.folder() + inside.slice(mount.path.length);
  }
  return inside;
}

/** The `emptyDir` volumes of a Pod. They last as long as the Pod, whatever happens to its containers. */
export class SharedFolders {
  readonly #volumes: string[] = [];
  #root: string | undefined;

  /** The names are short, because the path of a Unix socket has at most 107 bytes, or 103 on some systems. */
  folderOf({ name, subPath = '' }: VolumeMount): string {
    this.#root ??= mkdtempSync(path.join(tmpdir(), 'cft-'));
    if (!this.#volumes.includes(name)) this.#volumes.push(name);
    const folder = path.join(this.#root, String(this.#volumes.indexOf(name)), subPath);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  remove(): void {
    if (this.#root !== undefined) rmSync(this.#root, { recursive: true, force: true });
    this.#root = undefined;
  }
}
