/**
 * `npm run test:storm -- --runs=2000 --seed=1 --soak=90`: a soak of 90 seconds, then 2,000 storms in parallel, divided
 * among `--processes`. Fails if memory grows by more than a tenth during the soak, or if a storm leaves problems.
 */
import { parseArgs } from 'node:util';
import { runScript } from '../support/run-script.ts';
import { runSoak } from './soak.ts';
import { type Outcome, runStorm } from './storm.ts';
import { inWords } from './fault-counts.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '12' },
    processes: { type: 'string', default: '1' },
    soak: { type: 'string', default: '0' },
  },
});

const [runs, first, atOnce] = [Number(values.runs), Number(values.seed), Number(values['at-once'])];
const seeds = Array.from({ length: runs }, (_, index) => first + index);
const outcomes: Outcome[] = [];

async function work(): Promise<void> {
  for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) report(await runStorm(seed));
}

function report(outcome: Outcome): void {
  outcomes.push(outcome);
  if (outcome.problems.length > 0)
    console.log([`storm ${outcome.seed} left problems:`, ...outcome.problems].join('\n  '));
  if (outcomes.length % 100 === 0) console.log(`${outcomes.length} of ${runs} storms`);
}

async function soak(seconds: number): Promise<void> {
  const { warmMb, endMb, problems } = await runSoak(seconds);
  console.log(`soak of ${seconds} s: ${warmMb.toFixed(1)} MB warm, ${endMb.toFixed(1)} MB in the end`);
  if (problems.length > 0) console.log(['the soak left problems:', ...problems].join('\n  '));
  if (problems.length > 0 || endMb > warmMb * 1.1) process.exitCode = 1;
}

if (Number(values.soak) > 0) await soak(Number(values.soak));
if (Number(values.processes) > 1) await share(Number(values.processes));
else await runStorms();

/** A thread uses only one core. */
async function share(processes: number): Promise<void> {
  const part = Math.ceil(runs / processes);
  const flags = Array.from({ length: processes }, (_, index) => [
    `--runs=${Math.min(part, runs - index * part)}`,
    `--seed=${first + index * part}`,
    `--at-once=${values['at-once']}`,
  ]);
  const codes = await Promise.all(flags.map((own) => runScript(import.meta.filename, own)));
  if (codes.some((code) => code !== 0)) process.exitCode = 1;
}

async function runStorms(): Promise<void> {
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  const failed = outcomes.filter(({ problems }) => problems.length > 0).map(({ seed }) => seed);
  const slowest = Math.max(0, ...outcomes.map(({ recoveredMs }) => recoveredMs));
  console.log(
    `${runs} storms in ${Math.round((performance.now() - began) / 1000)} s, ${failed.length} left problems` +
      `${failed.length === 0 ? '' : ` (seeds ${failed.join(', ')})`}; slowest recovery ${Math.round(slowest)} ms; ` +
      `faults hit ${inWords(outcomes.map(({ faults }) => faults))}; ` +
      `${outcomes.reduce((sum, { intrusions }) => sum + intrusions, 0)} requests without credentials`,
  );
  if (failed.length > 0) process.exitCode = 1;
}
