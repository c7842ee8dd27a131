/** `npm run sandbox`: the miniature cloud alone, with an account, a zone and the CRD; start the operator yourself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Cluster } from './demo/cluster.ts';
import { startSandbox } from './sandbox.ts';

const CRDS = path.resolve(import.meta.dirname, '../crds');

const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-sandbox-'));
const kubeconfig = path.join(folder, 'kubeconfig');
const sandbox = await startSandbox();
const { id } = sandbox.cloudflare.backdoor.addAccount({ name: 'Sandbox' });
sandbox.cloudflare.backdoor.addZone({ name: 'example.com', account: id });
writeFileSync(kubeconfig, sandbox.kubernetes.kubeconfig());
const cluster = new Cluster(sandbox.kubernetes.url);
await cluster.applyFolder(CRDS);
await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cftunnel-system' } });

process.stdout.write(`The sandbox is up: the CRD is installed, the zone is example.com.

  export KUBECONFIG=${kubeconfig}
  export CLOUDFLARE_BASE_URL=${sandbox.cloudflare.url}
  kubectl create secret generic cloudflare --from-literal=CLOUDFLARE_API_TOKEN=${sandbox.cloudflare.backdoor.addToken()}
  npm run build && npm start

  The edge: curl -H 'Host: app.example.com' ${sandbox.edge.url}
  Ctrl-C ends it.
`);
await new Promise<void>((resolve) => {
  process.once('SIGINT', resolve);
  process.once('SIGTERM', resolve);
});
await sandbox.stop();
rmSync(folder, { recursive: true, force: true });
