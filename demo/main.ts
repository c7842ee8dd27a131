/**
 * `npm run demo`: what the operator does, end to end, on this machine. The exit code is 0 only if every claim was
 * verified. With `--keep` the demo exposes a Service and keeps running for kubectl and curl.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findCloudflared } from 'cftunnel-sandbox/connector/find-cloudflared';
import { type Sandbox, startSandbox } from 'cftunnel-sandbox/sandbox';
import { Cluster } from './cluster.ts';
import { Reporter } from './reporter.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';
import { keepAlive } from './keep-alive.ts';
import { type Demo, expose, install, remove, scale, unexpose } from './steps.ts';
import { crash, restart } from './connector-faults.ts';

/** Speeds up the clocks of the cluster (minReadySeconds, probes). */
const TIME_SCALE = 10;

async function main(keep: boolean): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-demo-'));
  const reporter = new Reporter();
  const sandbox = await startSandbox({ timeScale: TIME_SCALE });
  let operator: OperatorProcess | undefined;
  try {
    const demo = await begin(sandbox, reporter);
    const kubeconfig = path.join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, sandbox.kubernetes.kubeconfig());
    await install(demo);
    const operatorLog = path.join(folder, 'operator.log');
    operator = startOperator(kubeconfig, sandbox, operatorLog);
    reporter.say(`the operator runs as a separate process (node dist/main.js, pid ${operator.child.pid})`);
    await expose(demo);
    if (keep) {
      const caFile = path.join(folder, 'ca.pem');
      writeFileSync(caFile, sandbox.edge.caPem);
      return await keepAlive({ demo, kubeconfig, caFile, operatorLog });
    }
    await scale(demo);
    await restart(demo);
    await crash(demo);
    await tearDown(demo, operator);
    reporter.say('');
    reporter.say(`Done in ${reporter.seconds} s: ${reporter.checks} claims verified.`);
  } finally {
    await operator?.stop();
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function begin(sandbox: Sandbox, reporter: Reporter): Promise<Demo> {
  reporter.heading('Start a Kubernetes API, a Cloudflare API and an edge, all on loopback');
  const { id: accountId } = sandbox.cloudflare.admin.addAccount({ name: 'Demo account' });
  for (const name of ['example.com', 'example.org']) sandbox.cloudflare.admin.addZone({ name, account: accountId });
  const token = sandbox.cloudflare.admin.addToken();
  reporter.table(
    ['PART', 'ADDRESS'],
    [
      ['Kubernetes API', sandbox.kubernetes.url],
      ['Cloudflare API', sandbox.cloudflare.url],
      ['edge', sandbox.edge.url],
      ['cloudflared', findCloudflared(process.env) ?? 'our own connector, in this process'],
    ],
  );
  reporter.say(
    `the zones are example.com and example.org; the cluster's clocks run ${TIME_SCALE} times as fast as yours`,
  );
  return { sandbox, cluster: new Cluster(sandbox.kubernetes.url), reporter, accountId, token };
}

async function tearDown(demo: Demo, operator: OperatorProcess): Promise<void> {
  await unexpose(demo);
  await remove(demo);
  const { reporter } = demo;
  reporter.heading('Stop: SIGTERM to the operator');
  reporter.check('it exits with code 0', (await operator.stop()) === 0);
}

try {
  await main(process.argv.includes('--keep'));
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
