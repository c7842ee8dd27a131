import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findEnvoy } from '../../../src/kubelet/images/find-envoy.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-envoy-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(...place: string[]): string {
  const file = path.join(folder, ...place);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, 0o755);
  return file;
}

describe('the real Envoy', () => {
  it('is the one that ENVOY_BIN names', () => {
    program('bin', 'envoy');

    expect(findEnvoy({ ENVOY_BIN: '/named/envoy', PATH: path.join(folder, 'bin') }, folder)).toBe('/named/envoy');
  });

  it('is found among the programs of the project, from any of its folders, before the PATH', () => {
    program('bin', 'envoy');
    const own = program('node_modules', '.programs', 'envoy');

    expect(findEnvoy({ PATH: path.join(folder, 'bin') }, path.join(folder, 'packages', 'one'))).toBe(own);
  });

  it('is found on the PATH', () => {
    const installed = program('bin', 'envoy');

    expect(findEnvoy({ ENVOY_BIN: '', PATH: path.join(folder, 'bin') }, folder)).toBe(installed);
  });

  it('may be missing', () => {
    expect(findEnvoy({ PATH: folder }, folder)).toBeUndefined();
  });
});
