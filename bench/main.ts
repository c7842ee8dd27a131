/**
 * `npm run bench -- --services 1,50,1000`: what the operator costs, counted on the sandbox. Prints a table, what its sums
 * are made of, and the same as JSON. Counts are exact; times and memory are those of this machine. With `--check` the
 * exit code is 1 if a budget is overspent.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { overspent } from './budgets.ts';
import { type Measurement, measure } from './measure.ts';
import { MeasuredOperator } from './operator.ts';
import { asDetails, asTable } from './report.ts';
import { BenchWorld } from './world.ts';

/** How long a restarted operator is watched for writes that it should not make. */
const QUIET_MS = 3_000;

async function run(services: number, folder: string): Promise<readonly Measurement[]> {
  const world = await BenchWorld.start();
  const kubeconfig = path.join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, world.sandbox.kubernetes.kubeconfig());
  let operator: MeasuredOperator | undefined;
  const start = async (): Promise<void> => {
    operator = await MeasuredOperator.start(kubeconfig, world.sandbox.cloudflare.url);
  };
  const phase = (name: string, act: () => Promise<void> | void, isDone: () => boolean, isFreshProcess = false) =>
    measure(
      world.sandbox,
      () => operator,
      { name, services, isFreshProcess },
      async () => act(),
      isDone,
    );
  try {
    return [
      await phase('start', start, () => true, true),
      await phase(
        'create the Tunnel',
        () => world.createTunnel(),
        () => world.isTunnelReady(),
      ),
      await phase(
        'expose all',
        () => world.createServices(services),
        () => world.isExposed(services),
      ),
      await restart(),
      await phase(
        'un-expose all',
        () => world.unexposeServices(),
        () => world.isClean(),
      ),
    ];
  } finally {
    await operator?.stop();
    await world.sandbox.stop();
  }

  async function restart(): Promise<Measurement> {
    await operator?.stop();
    let quietUntil = Number.POSITIVE_INFINITY;
    const again = async (): Promise<void> => {
      await start();
      quietUntil = performance.now() + QUIET_MS;
    };
    return phase('restart, unchanged', again, () => performance.now() > quietUntil, true);
  }
}

const { values } = parseArgs({
  options: { services: { type: 'string', default: '1,50,1000' }, check: { type: 'boolean', default: false } },
});
const counts = values.services.split(',').map(Number);
if (counts.some((count) => !Number.isInteger(count) || count < 1 || count > 20_000)) {
  process.stderr.write(`bench: --services takes numbers from 1 to 20000, as in 1,50,1000; got "${values.services}"\n`);
  process.exit(2);
}
const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-bench-'));
try {
  const measurements: Measurement[] = [];
  for (const count of counts) measurements.push(...(await run(count, folder)));
  const complaints = counts.flatMap((count) => overspent(count, measurements));
  process.stdout.write(`${asTable(measurements)}\n\n${asDetails(measurements)}\n\n${JSON.stringify(measurements)}\n`);
  for (const complaint of complaints) process.stderr.write(`over budget: ${complaint}\n`);
  if (values.check && complaints.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
