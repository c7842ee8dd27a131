import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from '@jest/globals';
import { PLATFORMS, archiveName, krewManifest } from '../../tools/release/krew.ts';
import { describeWith } from '../support/programs.ts';

const ARCHIVES = PLATFORMS.map((platform, index) => ({
  file: archiveName(platform),
  sha256: String(index).repeat(64),
}));
const PLUGIN = { tag: 'v0.2.0', repository: 'https://git.example.com/acme/operator', archives: ARCHIVES };

describe('the manifest for krew', () => {
  it('has an executable for each platform, with its address and checksum', () => {
    const { spec } = load(krewManifest(PLUGIN)) as { readonly spec: { readonly platforms: readonly object[] } };

    expect(spec.platforms).toHaveLength(4);
    expect(spec.platforms[1]).toEqual({
      selector: { matchLabels: { os: 'linux', arch: 'arm64' } },
      uri: 'https://git.example.com/acme/operator/releases/download/v0.2.0/cftunnel_linux_arm64.tar.gz',
      sha256: '1'.repeat(64),
      files: [
        { from: 'cftunnel', to: '.' },
        { from: 'LICENSE', to: '.' },
        { from: 'LICENSE.node', to: '.' },
        { from: 'THIRD_PARTY_LICENSES', to: '.' },
      ],
      bin: 'cftunnel',
    });
  });

  it('is refused if the archive of a platform is missing', () => {
    expect(() => krewManifest({ ...PLUGIN, archives: ARCHIVES.slice(1) })).toThrow(
      'the archive cftunnel_linux_amd64.tar.gz is missing',
    );
  });
});

describeWith('validate-krew-manifest', "krew's own validation", (program) => {
  const validate = (manifest: string): void => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-krew-'));
    try {
      const file = path.join(folder, 'cftunnel.yaml');
      writeFileSync(file, manifest);
      execFileSync(program, [`-manifest=${file}`, '-skip-install'], { stdio: 'pipe' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it('accepts the manifest', () => {
    expect(() => validate(krewManifest(PLUGIN))).not.toThrow();
  });

  it('rejects one whose version has no v', () => {
    expect(() => validate(krewManifest({ ...PLUGIN, tag: '0.2.0' }))).toThrow('validation error');
  });
});
