/** A terminal in which the blocks of a page are pasted, with the real kubectl and curl. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { World } from '../world.ts';
import { ROOT } from './pages.ts';

const run = promisify(execFile);

export interface Terminal {
  /** Runs a block as pasted, and resolves with what it prints. Rejects if one of its commands fails. */
  paste(block: string): Promise<string>;
  /** Deletes its files. */
  close(): Promise<void>;
}

/** What its kubectl runs as `kubectl cftunnel`. */
const PLUGIN = join(ROOT, 'dist', 'cftunnel.js');

/** `programs`: paths of what the blocks call. Hostnames lead to the edge of the world, whose certificates are trusted. */
export async function openTerminal(
  world: World,
  programs: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Terminal> {
  const home = await mkdtemp(join(tmpdir(), 'cftunnel-terminal-'));
  const bin = join(home, 'bin');
  await mkdir(bin);
  for (const program of programs) await symlink(program, join(bin, basename(program)));
  await symlink(process.execPath, join(bin, 'node'));
  await symlink(PLUGIN, join(bin, 'kubectl-cftunnel'));
  await writeFile(join(home, 'kubeconfig'), kubeconfigFor(world.kubeUrl));
  await writeFile(join(home, 'ca.pem'), world.edge.caPem);
  await writeFile(join(home, '.curlrc'), curlSettings(world, join(home, 'ca.pem')));
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: home, KUBECONFIG: join(home, 'kubeconfig'), ...variables };
  return {
    async paste(block) {
      const { stdout } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', block], { env, cwd: ROOT });
      return stdout;
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
}

function curlSettings({ edge }: World, caFile: string): string {
  return [`connect-to = "::${new URL(edge.secureUrl).host}"`, `cacert = "${caFile}"`, 'fail', 'silent', ''].join('\n');
}

/** Without a user, as an administrator. */
function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    // The command line rejects plain HTTP unless TLS verification is off.
    clusters: [{ name: 'world', cluster: { server, 'insecure-skip-tls-verify': true } }],
    contexts: [{ name: 'world', context: { cluster: 'world', user: 'user' } }],
    users: [{ name: 'user', user: {} }],
    'current-context': 'world',
  });
}
