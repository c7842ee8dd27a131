import { appendFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';
import type { World } from '../support/world.ts';
import { buildPrograms, type Programs } from './programs.ts';
import { asTable, resultIn } from './results.ts';
import { runSuite } from './suite.ts';
import { GATEWAY_CLASS, startConformanceWorld } from './world.ts';

const REPORT = 'report.yaml';
const REAL_API_REPORT = 'report-real-api.yaml';

export interface RunOptions {
  /** Only these tests. Empty: all, with a report. */
  readonly only: readonly string[];
  /** Files for the output of the suite and of the operator. */
  readonly log: string | undefined;
  readonly operatorLog: string | undefined;
}

/** Resolves with whether no test has failed. Whatever happens, everything that it has started is ended. */
export async function runConformance(options: RunOptions): Promise<boolean> {
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort()).once('SIGTERM', () => interruption.abort());
  const programs = buildPrograms();
  const world = await startConformanceWorld(programs);
  try {
    return await runIn(world, programs, { ...options, signal: interruption.signal });
  } finally {
    if (options.operatorLog !== undefined) writeFileSync(options.operatorLog, logOf(world));
    await world.stop();
  }
}

async function runIn(
  world: World,
  { suite: program }: Programs,
  { only, log, signal }: RunOptions & { readonly signal: AbortSignal },
): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'cftunnel-conformance-'));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  await writeFile(kubeconfig, asAdministrator(world.kubeUrl));
  const report = only.length > 0 ? undefined : join(import.meta.dirname, isRealApi ? REAL_API_REPORT : REPORT);
  const edge = new URL(world.edge.tunnelProxyUrl).host;
  try {
    const results = await runSuite(
      { program, kubeconfig, gatewayClass: GATEWAY_CLASS, edge, only, report, log: (line) => follow(line, log) },
      signal,
    );
    console.log(`\n${asTable(results)}`);
    return results.length > 0 && results.every(({ verdict }) => verdict !== 'fail');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Shows how far the suite is. */
function follow(line: string, log: string | undefined): void {
  if (log !== undefined) appendFileSync(log, `${line}\n`);
  const result = resultIn(line);
  if (result !== undefined && result.verdict !== 'skip') console.log(`${result.verdict}  ${result.name}`);
}

function logOf({ operator }: World): string {
  return operator.process.logs.map((entry) => JSON.stringify(entry)).join('\n');
}

/** A request without credentials is made as the administrator. */
function asAdministrator(server: string): string {
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'world', cluster: { server } }],
    users: [{ name: 'administrator', user: {} }],
    contexts: [{ name: 'world', context: { cluster: 'world', user: 'administrator' } }],
    'current-context': 'world',
  });
}
