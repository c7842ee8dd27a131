/**
 * `npm run demo`: what the operator does, end to end, on this machine. The exit code is 0 only if every claim was
 * verified. With `--keep` the demo exposes a Service and keeps running for kubectl and curl.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findCloudflared } from 'cftunnel-sandbox/connector/find-cloudflared';
import { type Sandbox, startSandbox } from 'cftunnel-sandbox/sandbox';
import { Cluster } from './cluster.ts';
import { ask } from './command-line.ts';
import { Reporter } from './reporter.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';
import { keepAlive } from './keep-alive.ts';
import { type Demo, expose, install, remove, scale, unexpose } from './steps.ts';
import { crash, restart } from './connector-faults.ts';
import { VERSION } from '../src/version.ts';

const USAGE = `Usage: npm run demo -- [--keep]

Runs the operator on an emulated Kubernetes cluster, Cloudflare API and edge, all on
loopback: installs it, exposes a Service, visits it, scales, restarts and removes it
again. Nothing leaves this machine, and no account is needed.

      --keep     expose a Service, keep running, and print commands to try
  -h, --help     print this text
      --version  print the version

CLOUDFLARED_BIN=/path/to/cloudflared runs the real cloudflared as connector.
`;

const OPTIONS = {
  keep: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

const INTRODUCTION = `The operator on an emulated Kubernetes cluster and an emulated Cloudflare. All of it runs on this
machine; each line that starts with "ok" has been verified.
`;

const NEXT = `   To try it yourself, type: npm run demo -- --keep
   To use it in a cluster, read "Install" in README.md.
`;

const ZONES = ['example.com', 'example.org'];

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
    reporter.say(`the operator runs as a process of its own: node dist/main.js (pid ${operator.child.pid})`);
    await expose(demo);
    if (keep) {
      const caFile = path.join(folder, 'ca.pem');
      writeFileSync(caFile, sandbox.edge.caPem);
      return await keepAlive({ demo, kubeconfig, caFile, operatorLog });
    }
    await ask(demo, kubeconfig);
    await scale(demo);
    await restart(demo);
    await crash(demo);
    await tearDown(demo, operator);
    reporter.end(NEXT);
  } finally {
    await operator?.stop();
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function begin(sandbox: Sandbox, reporter: Reporter): Promise<Demo> {
  process.stdout.write(INTRODUCTION);
  reporter.heading('Start a Kubernetes API, a Cloudflare API and an edge, all on loopback');
  const { id: accountId } = sandbox.cloudflare.admin.addAccount({ name: 'Demo account', team: 'demo' });
  for (const name of ZONES) sandbox.cloudflare.admin.addZone({ name, account: accountId });
  const token = sandbox.cloudflare.admin.addToken();
  reporter.table(
    ['PART', 'ADDRESS'],
    [
      ['Kubernetes API', sandbox.kubernetes.url],
      ['Cloudflare API', sandbox.cloudflare.url],
      ['edge', sandbox.edge.url],
      ['cloudflared', findCloudflared(process.env) ?? 'built in; CLOUDFLARED_BIN=FILE runs the real one'],
      ['zones', ZONES.join(', ')],
    ],
  );
  reporter.say(`the cluster's clocks run ${TIME_SCALE} times as fast as yours`);
  return { sandbox, cluster: new Cluster(sandbox.kubernetes.url), reporter, accountId, token };
}

async function tearDown(demo: Demo, operator: OperatorProcess): Promise<void> {
  await unexpose(demo);
  await remove(demo);
  const { reporter } = demo;
  reporter.heading('Stop: SIGTERM to the operator');
  reporter.check('it exits with code 0', (await operator.stop()) === 0);
}

/** The flags, or what is wrong with them. */
function readFlags(): ReturnType<typeof parseArgs<{ readonly options: typeof OPTIONS }>>['values'] | string {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    return (error as Error).message;
  }
}

const flags = readFlags();
try {
  if (typeof flags === 'string') {
    process.stderr.write(`${flags}\n\n${USAGE}`);
    process.exitCode = 2;
  } else if (flags.help === true) process.stdout.write(USAGE);
  else if (flags.version === true) process.stdout.write(`cftunnel-operator ${VERSION}\n`);
  else await main(flags.keep === true);
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
