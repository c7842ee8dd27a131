import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { mountsOf, realPath, SharedFolders } from '../../src/kubelet/mounts.ts';
import type { VolumeMount } from '../../src/kubernetes/controllers/workloads.ts';
import { aContainer } from '../controllers/objects.ts';
import { stopAfterTest } from '../support/stop-after-test.ts';

const VOLUMES = [
  { name: 'run', emptyDir: {} },
  { name: 'config', configMap: { name: 'c' } },
];

function foldersOfAPod(): SharedFolders {
  const folders = new SharedFolders();
  stopAfterTest(() => folders.remove());
  return folders;
}

function mounts(folders: SharedFolders, ...volumeMounts: VolumeMount[]) {
  return mountsOf(aContainer({ volumeMounts }), VOLUMES, folders);
}

function at(pod: SharedFolders): string {
  return realPath(mounts(pod, { name: 'run', mountPath: '/run' }), '/run');
}

describe('an emptyDir', () => {
  it('is one folder for all containers of a Pod, wherever they mount it', () => {
    const folders = foldersOfAPod();
    const [one, other] = [
      mounts(folders, { name: 'run', mountPath: '/var/run/proxy' }),
      mounts(folders, { name: 'run', mountPath: '/sockets/' }),
    ];

    writeFileSync(realPath(one, '/var/run/proxy/file'), 'shared');

    expect(realPath(other, '/sockets/file')).toBe(realPath(one, '/var/run/proxy/file'));
    expect(realPath(one, '/var/run/proxy2/file')).toBe('/var/run/proxy2/file');
  });

  it('has a short name, so that a Unix socket fits into it', () => {
    const [mount] = mounts(foldersOfAPod(), { name: 'run', mountPath: '/a/very/long/path'.repeat(10) });

    expect(path.basename(path.dirname(realPath([mount!], `${mount!.path}/http2.sock`)))).toHaveLength(1);
  });

  it('differs between Pods, and is removed with its Pod', () => {
    const folders = foldersOfAPod();
    const folder = at(folders);

    expect(at(foldersOfAPod())).not.toBe(folder);
    folders.remove();

    expect(existsSync(folder)).toBe(false);
  });
});

describe('a mount of a ConfigMap', () => {
  it.each([
    { subPath: undefined, found: [{ kind: 'projected', path: '/etc/app' }] },
    { subPath: 'one.json', found: [] },
  ])('with subPath $subPath is $found', ({ subPath, found }) => {
    const mount = { name: 'config', mountPath: '/etc/app', ...(subPath !== undefined && { subPath }) };

    expect(mounts(foldersOfAPod(), mount)).toEqual(found);
  });
});
