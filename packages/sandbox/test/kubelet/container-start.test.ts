import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CONFIG_MAPS, SECRETS } from '../../src/kubernetes/controllers/resources.ts';
import type { ContainerSpec, VolumeSpec } from '../../src/kubernetes/controllers/workloads.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { ConfigSource } from '../../src/kubelet/config-source.ts';
import { containerStart } from '../../src/kubelet/container-start.ts';
import type { ContainerStart } from '../../src/kubelet/image.ts';
import { SharedFolders } from '../../src/kubelet/mounts.ts';
import { volumesOf } from '../../src/kubelet/volumes.ts';
import { aConfigMap, aContainer, aPod, aSecret } from '../controllers/objects.ts';

let server: KubernetesSandbox;

beforeEach(async () => {
  server = await startKubernetes();
  server.api.create(SECRETS, aSecret('login', { user: 'ada', password: 'x$(user)' }));
  server.api.create(CONFIG_MAPS, aConfigMap('settings', {}, { mode: 'fast', 'app.yaml': 'a: 1\n' }));
});

afterEach(async () => {
  await server.stop();
});

/** The start parameters of a container with these settings. */
function started(container: Partial<ContainerSpec>, volumes: readonly VolumeSpec[] = []): ContainerStart {
  const spec = aContainer(container);
  const labels = { app: 'web', tier: 'front' };
  const pod = aPod('web-1', { nodeName: 'sandbox-node', containers: [spec], volumes }, { uid: 'uid-1', labels });
  const source = new ConfigSource(server.api, 'default');
  return containerStart(pod, { ip: '10.244.0.9', loopback: '127.16.0.9' }, spec, {
    source,
    volumes: volumesOf(pod, '10.244.0.9', source),
    folders: new SharedFolders(),
    addressAt: () => undefined,
    log: () => undefined,
  });
}

function filesOf(volume: Omit<VolumeSpec, 'name'>, subPath?: string): Record<string, string> {
  const mount = { name: 'v', mountPath: '/mnt', ...(subPath !== undefined && { subPath }) };
  return Object.fromEntries(started({ volumeMounts: [mount] }, [{ name: 'v', ...volume }]).files);
}

describe('the environment of a container', () => {
  it('takes values from Secrets and ConfigMaps', () => {
    const env = [
      { name: 'USER', valueFrom: { secretKeyRef: { name: 'login', key: 'user' } } },
      { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } },
    ];

    expect(started({ env }).env).toEqual({ USER: 'ada', MODE: 'fast' });
  });

  it.each([
    { fieldPath: 'metadata.name', value: 'web-1' },
    { fieldPath: 'metadata.namespace', value: 'default' },
    { fieldPath: 'metadata.uid', value: 'uid-1' },
    { fieldPath: "metadata.labels['app']", value: 'web' },
    { fieldPath: "metadata.annotations['none']", value: '' },
    { fieldPath: 'spec.nodeName', value: 'sandbox-node' },
    { fieldPath: 'spec.serviceAccountName', value: 'default' },
    { fieldPath: 'status.podIP', value: '10.244.0.9' },
    { fieldPath: 'status.hostIP', value: '172.18.0.2' },
  ])('supports the field $fieldPath', ({ fieldPath, value }) => {
    expect(started({ env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath } } }] }).env).toEqual({ X: value });
  });

  it.each([
    { ref: { resource: 'limits.memory' }, value: '134217728' },
    { ref: { resource: 'limits.memory', divisor: '1Mi' }, value: '128' },
    { ref: { resource: 'limits.cpu' }, value: '2' },
    { ref: { resource: 'requests.cpu' }, value: '1' },
    { ref: { resource: 'requests.cpu', divisor: '1m' }, value: '250' },
    { ref: { resource: 'requests.memory', divisor: '0' }, value: '0' },
  ])('supports the resource $ref.resource in units of $ref.divisor', ({ ref, value }) => {
    const resources = { limits: { memory: '128Mi' }, requests: { cpu: '250m' } };

    expect(started({ resources, env: [{ name: 'X', valueFrom: { resourceFieldRef: ref } }] }).env).toEqual({
      X: value,
    });
  });

  it('imports whole objects, optionally with a prefix, and lets env take precedence', () => {
    const envFrom = [{ secretRef: { name: 'login' } }, { prefix: 'S_', configMapRef: { name: 'settings' } }];

    expect(started({ envFrom, env: [{ name: 'user', value: 'grace' }] }).env).toEqual({
      user: 'grace',
      password: 'x$(user)',
      S_mode: 'fast',
      'S_app.yaml': 'a: 1\n',
    });
  });

  it('expands earlier variables in later values, in the command and in the arguments', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '$(A)2 $(LATER) $$(A)' },
    ];

    const start = started({ env, command: ['run-$(A)'], args: ['--b=$(B)', '$(UNKNOWN)'] });

    expect(start.env['B']).toBe('12 $(LATER) $(A)');
    expect(start.command).toEqual(['run-1']);
    expect(start.args).toEqual(['--b=12 $(LATER) $(A)', '$(UNKNOWN)']);
  });

  it.each([
    { from: { secretKeyRef: { name: 'nope', key: 'k' } }, complaint: 'secret "nope" not found' },
    { from: { secretKeyRef: { name: 'login', key: 'k' } }, complaint: "couldn't find key k in Secret default/login" },
    { from: { configMapKeyRef: { name: 'nope', key: 'k' } }, complaint: 'configmap "nope" not found' },
    {
      from: { configMapKeyRef: { name: 'settings', key: 'k' } },
      complaint: "couldn't find key k in ConfigMap default/settings",
    },
  ])('fails with: $complaint', ({ from, complaint }) => {
    expect(() => started({ env: [{ name: 'X', valueFrom: from }] })).toThrow(complaint);
  });

  it('omits optional variables', () => {
    const secretKeyRef = { name: 'login', key: 'nope', optional: true };
    const configMapRef = { name: 'nope', optional: true };

    expect(started({ env: [{ name: 'X', valueFrom: { secretKeyRef } }], envFrom: [{ configMapRef }] }).env).toEqual({});
  });
});

describe('the files of a container', () => {
  it('are the entries of a Secret', () => {
    expect(filesOf({ secret: { secretName: 'login' } })).toEqual({ '/mnt/user': 'ada', '/mnt/password': 'x$(user)' });
  });

  it('are the selected entries of a ConfigMap at the selected paths', () => {
    const items = [{ key: 'app.yaml', path: 'conf/app.yaml' }];

    expect(filesOf({ configMap: { name: 'settings', items } })).toEqual({ '/mnt/conf/app.yaml': 'a: 1\n' });
  });

  it('are projected from several sources', () => {
    const fieldRef = { fieldPath: 'metadata.labels' };
    const sources = [
      { secret: { name: 'login', items: [{ key: 'user', path: 'user' }] } },
      { configMap: { name: 'settings', items: [{ key: 'mode', path: 'mode' }] } },
      { downwardAPI: { items: [{ path: 'labels', fieldRef }] } },
    ];

    expect(filesOf({ projected: { sources } })).toEqual({
      '/mnt/user': 'ada',
      '/mnt/mode': 'fast',
      '/mnt/labels': 'app="web"\ntier="front"',
    });
  });

  it.each([
    { subPath: 'app.yaml', files: { '/mnt': 'a: 1\n' } },
    { subPath: 'conf', files: {} },
  ])('with subPath $subPath are $files', ({ subPath, files }) => {
    expect(filesOf({ configMap: { name: 'settings' } }, subPath)).toEqual(files);
  });

  it('are empty for other kinds of volumes', () => {
    expect(filesOf({})).toEqual({});
  });

  it('may be missing if optional, and delay the container otherwise', () => {
    const items = [{ key: 'nope', path: 'nope' }];

    expect(filesOf({ secret: { secretName: 'nope', optional: true } })).toEqual({});
    expect(filesOf({ configMap: { name: 'settings', items, optional: true } })).toEqual({});
    expect(() => filesOf({ configMap: { name: 'settings', items } })).toThrow(
      'references non-existent config key: nope',
    );
    expect(() => filesOf({ secret: { secretName: 'login', items } })).toThrow(
      'references non-existent secret key: nope',
    );
  });
});
