#!/usr/bin/env node
/** The program `cftunnel-sandbox`: runs the sandbox with one account and one zone, and applies manifests. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { applyFiles } from './apply-files.ts';
import { startSandbox } from './sandbox.ts';

const USAGE = `Usage: cftunnel-sandbox [FILE|FOLDER]...

Emulates a Kubernetes cluster, Cloudflare's API and Cloudflare's edge on loopback, until
you press Ctrl-C. The Cloudflare account has the zones example.com and example.org. The
manifests in each FILE, and in the .yaml files of each FOLDER, are applied to the cluster.

  -h, --help     print this text
      --version  print the version
`;

async function run(manifests: readonly string[]): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-sandbox-'));
  const kubeconfig = path.join(folder, 'kubeconfig');
  const sandbox = await startSandbox();
  try {
    const { admin } = sandbox.cloudflare;
    const account = admin.addAccount({ name: 'Sandbox', team: 'sandbox' }).id;
    for (const name of ['example.com', 'example.org']) admin.addZone({ name, account });
    writeFileSync(kubeconfig, sandbox.kubernetes.kubeconfig());
    await applyFiles(sandbox.kubernetes.url, manifests);
    process.stdout.write(`The sandbox is running: a Kubernetes cluster, and a Cloudflare account with the zones
example.com and example.org.

For kubectl, and for the program that you test:

  export KUBECONFIG=${kubeconfig}
  export CLOUDFLARE_BASE_URL=${sandbox.cloudflare.url}
  export CLOUDFLARE_API_TOKEN=${admin.addToken()}

Visit a hostname once it is published:

  curl -H 'Host: app.example.com' ${sandbox.edge.url}

Press Ctrl-C to stop. Nothing is kept.
`);
    await interrupted();
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

async function main(): Promise<void> {
  const options = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help === true) process.stdout.write(USAGE);
  else if (values.version === true) process.stdout.write(`cftunnel-sandbox ${version()}\n`);
  else await run(positionals);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`cftunnel-sandbox: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
