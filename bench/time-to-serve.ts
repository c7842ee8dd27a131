/**
 * Seconds from an annotation to the first answer through the edge, in real time, with two connectors and 100 ms for each
 * call of Cloudflare's API. With `CLOUDFLARED_BIN` the connectors are real.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Sandbox, startSandbox } from 'cftunnel-sandbox/sandbox';
import { visit } from 'cftunnel-sandbox/testing/visit';
import { NAMESPACE, serviceOf, tunnel, whoami } from './manifests.ts';
import { MeasuredOperator } from './operator.ts';
import { SERVICES, TUNNELS } from './sources/kinds.ts';
import { CLUSTER, isReady, prepareCluster } from './world.ts';

type ConfigMode = 'Local' | 'Remote';

/** The longest that a route may take. */
const BUDGETS: Readonly<Record<ConfigMode, number>> = { Local: 12, Remote: 3 };

const LATENCY_MS = 100;
const LOOK_EVERY_MS = 20;
const TIMEOUT_MS = 120_000;
const EXPOSURE = { service: 'web', tunnel: 'home', hostname: 'web.example.com', zone: 'example.com' };
const DEPLOYMENTS = { group: 'apps', version: 'v1', plural: 'deployments' };

/** Prints a line for each mode; the result is the exit code. */
export async function measureTimeToServe(): Promise<number> {
  let exitCode = 0;
  for (const mode of ['Local', 'Remote'] as const) {
    const seconds = await timeToServe(mode);
    const isLate = seconds > BUDGETS[mode];
    process.stdout.write(
      `${mode}: served after ${seconds.toFixed(1)} s, budget ${BUDGETS[mode]} s${isLate ? ': OVERSPENT' : ''}\n`,
    );
    if (isLate) exitCode = 1;
  }
  return exitCode;
}

async function timeToServe(mode: ConfigMode): Promise<number> {
  const sandbox = await startSandbox({ timeScale: 1, events: false });
  const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-bench-'));
  const kubeconfig = path.join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubernetes.kubeconfig());
  prepare(sandbox, mode);
  const operator = await MeasuredOperator.start({
    kubeconfig,
    'cloudflare-base-url': sandbox.cloudflare.url,
    'pod-proxy': sandbox.podProxyUrl,
    'cluster-name': CLUSTER,
    'leader-elect': 'false',
  });
  try {
    return await expose(sandbox);
  } finally {
    await operator.stop();
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function prepare({ kubernetes: { api }, cloudflare: { admin, faults } }: Sandbox, mode: ConfigMode): void {
  const account = admin.addAccount({ name: 'bench' }).id;
  admin.addZone({ name: EXPOSURE.zone, account });
  prepareCluster(api, admin.addToken());
  api.create(TUNNELS, tunnel(EXPOSURE.tunnel, mode));
  api.create(DEPLOYMENTS, whoami(EXPOSURE.service));
  faults.add({ effect: { kind: 'delay', ms: LATENCY_MS } });
}

async function expose({ kubernetes: { api }, edge }: Sandbox): Promise<number> {
  await until(() => api.list(TUNNELS, NAMESPACE).every(isReady));
  const began = performance.now();
  const { spec, ...service } = serviceOf(EXPOSURE);
  api.create(SERVICES, { ...service, spec: { ...(spec as object), selector: { app: EXPOSURE.service } } });
  await until(async () => (await visit(edge.url, EXPOSURE.hostname).catch(() => undefined))?.status === 200);
  return (performance.now() - began) / 1000;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not served within ${TIMEOUT_MS} ms`);
    await delay(LOOK_EVERY_MS);
  }
}
