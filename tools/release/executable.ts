/** Makes one executable file of a bundle and of the Node that runs this, for the platform that this runs on. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { inject } from 'postject';

/** The mark in every Node that says whether a program was added. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

export async function makeExecutable(bundle: string, target: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'executable-'));
  try {
    const blob = makeBlob(bundle, folder);
    copyFileSync(process.execPath, target);
    chmodSync(target, 0o755);
    const isMac = process.platform === 'darwin';
    // macOS starts nothing whose signature does not match: Node's own goes, and one without an identity comes.
    if (isMac) execFileSync('codesign', ['--remove-signature', target]);
    await inject(target, 'NODE_SEA_BLOB', blob, {
      sentinelFuse: FUSE,
      ...(isMac && { machoSegmentName: 'NODE_SEA' }),
    });
    if (isMac) execFileSync('codesign', ['--sign', '-', target]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function makeBlob(bundle: string, folder: string): Buffer {
  const output = path.join(folder, 'blob');
  const config = {
    main: path.join(import.meta.dirname, 'boot.cjs'),
    output,
    assets: { 'bundle.js': path.resolve(bundle) },
    disableExperimentalSEAWarning: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  };
  const file = path.join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(config));
  execFileSync(process.execPath, ['--experimental-sea-config', file], { stdio: 'pipe' });
  return readFileSync(output);
}
