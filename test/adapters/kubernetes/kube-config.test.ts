import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { dump } from 'js-yaml';
import { loadKubeConfig } from '../../../src/adapters/kubernetes/kube-config.ts';

const folders: string[] = [];
const before = process.env['KUBECONFIG'];
afterEach(() => {
  if (before === undefined) delete process.env['KUBECONFIG'];
  else process.env['KUBECONFIG'] = before;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function writeConfig(server: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kube-config-'));
  folders.push(folder);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user: { token: 'secret' } }],
  };
  const file = join(folder, 'config');
  writeFileSync(file, dump(config));
  return file;
}

it('is read from the given file', () => {
  process.env['KUBECONFIG'] = writeConfig('https://from-environment:6443');

  const config = loadKubeConfig(writeConfig('https://from-file:6443'));

  expect(config.getCurrentCluster()?.server).toBe('https://from-file:6443');
  expect(config.getCurrentUser()?.token).toBe('secret');
});

it('is read from KUBECONFIG if no file is given', () => {
  process.env['KUBECONFIG'] = writeConfig('https://from-environment:6443');

  expect(loadKubeConfig(undefined).getCurrentCluster()?.server).toBe('https://from-environment:6443');
});

it('fails if the given file does not exist', () => {
  expect(() => loadKubeConfig('/nonexistent/kubeconfig')).toThrow('ENOENT');
});
