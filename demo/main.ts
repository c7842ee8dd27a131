/**
 * `npm run demo`: the operator's main job, end to end, on this machine alone. Exit code 0 only if everything that was
 * claimed was looked at. With `--keep` it stops after exposing and stays up for kubectl and curl.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findCloudflared } from 'cftunnel-sandbox/connector/find-cloudflared';
import { type Sandbox, startSandbox } from 'cftunnel-sandbox/sandbox';
import { Cluster } from './cluster.ts';
import { Narrator } from './narrator.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';
import { stay } from './stay.ts';
import { type Story, expose, install, remove, scale, unexpose } from './story.ts';
import { heal, restart } from './trouble.ts';

/** The cluster's own clocks (minReadySeconds, probes) run this much faster, so that nobody has to wait for them. */
const TIME_SCALE = 10;

async function main(keep: boolean): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-demo-'));
  const narrator = new Narrator();
  const sandbox = await startSandbox({ timeScale: TIME_SCALE });
  let operator: OperatorProcess | undefined;
  try {
    const story = await begin(sandbox, narrator);
    const kubeconfig = path.join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, sandbox.kubernetes.kubeconfig());
    await install(story);
    const operatorLog = path.join(folder, 'operator.log');
    operator = startOperator(kubeconfig, sandbox.cloudflare.url, operatorLog);
    narrator.say(`the operator runs as a process of its own (node dist/main.js, pid ${operator.child.pid})`);
    await expose(story);
    if (keep) {
      const caFile = path.join(folder, 'ca.pem');
      writeFileSync(caFile, sandbox.edge.caPem);
      return await stay({ story, kubeconfig, caFile, operatorLog });
    }
    await scale(story);
    await restart(story);
    await heal(story);
    await tearDown(story, operator);
    narrator.say('');
    narrator.say(`Done in ${narrator.seconds} s: ${narrator.checks} claims, each of them checked.`);
  } finally {
    await operator?.stop();
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function begin(sandbox: Sandbox, narrator: Narrator): Promise<Story> {
  narrator.heading('Start a Kubernetes API, a Cloudflare API and an edge, all on loopback');
  const { id: accountId } = sandbox.cloudflare.admin.addAccount({ name: 'Demo account' });
  sandbox.cloudflare.admin.addZone({ name: 'example.com', account: accountId });
  const token = sandbox.cloudflare.admin.addToken();
  narrator.table(
    ['PART', 'ADDRESS'],
    [
      ['Kubernetes API', sandbox.kubernetes.url],
      ['Cloudflare API', sandbox.cloudflare.url],
      ['edge', sandbox.edge.url],
      ['cloudflared', findCloudflared(process.env) ?? 'our own connector, in this process'],
    ],
  );
  narrator.say(`the zone is example.com; the cluster's clocks run ${TIME_SCALE} times as fast as yours`);
  return { sandbox, cluster: new Cluster(sandbox.kubernetes.url), narrator, accountId, token };
}

async function tearDown(story: Story, operator: OperatorProcess): Promise<void> {
  await unexpose(story);
  await remove(story);
  const { narrator } = story;
  narrator.heading('Stop: SIGTERM to the operator');
  narrator.check('it ends with exit code 0', (await operator.stop()) === 0);
}

try {
  await main(process.argv.includes('--keep'));
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
