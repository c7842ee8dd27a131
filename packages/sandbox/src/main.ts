#!/usr/bin/env node
/** `cftunnel-sandbox [FILE or FOLDER]...`: runs the sandbox with one account and one zone, and applies these manifests. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { applyFiles } from './apply-files.ts';
import { startSandbox } from './sandbox.ts';

const USAGE = `Usage: cftunnel-sandbox [FILE or FOLDER]...

Runs a Kubernetes API, Cloudflare's API and its edge on loopback until you press Ctrl-C.
The Cloudflare account has the zone example.com. The Kubernetes cluster has the objects
of the YAML files that you name; of a folder, all files that end in .yaml.
`;

async function run(manifests: readonly string[]): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-sandbox-'));
  const kubeconfig = path.join(folder, 'kubeconfig');
  const sandbox = await startSandbox();
  try {
    const { admin } = sandbox.cloudflare;
    admin.addZone({ name: 'example.com', account: admin.addAccount({ name: 'Sandbox' }).id });
    writeFileSync(kubeconfig, sandbox.kubernetes.kubeconfig());
    await applyFiles(sandbox.kubernetes.url, manifests);
    process.stdout.write(`The sandbox is running. Its Cloudflare account has the zone example.com.

  export KUBECONFIG=${kubeconfig}
  export CLOUDFLARE_BASE_URL=${sandbox.cloudflare.url}
  export CLOUDFLARE_API_TOKEN=${admin.addToken()}

Visit a published hostname: curl -H 'Host: app.example.com' ${sandbox.edge.url}
Press Ctrl-C to stop.
`);
    await interrupted();
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});
if (values.help === true) process.stdout.write(USAGE);
else await run(positionals);
