/** `npm run test:storm -- --runs=2000 --seed=1`: many storms side by side. Fails if any of them leaves a trace. */
import { parseArgs } from 'node:util';
import { type Outcome, runStorm } from './storm.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '24' },
  },
});

const [runs, first, atOnce] = [Number(values.runs), Number(values.seed), Number(values['at-once'])];
const seeds = Array.from({ length: runs }, (_, index) => first + index);
const outcomes: Outcome[] = [];

async function work(): Promise<void> {
  for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) tell(await runStorm(seed));
}

function tell(outcome: Outcome): void {
  outcomes.push(outcome);
  if (outcome.complaints.length > 0)
    console.log([`storm ${outcome.seed} left a trace:`, ...outcome.complaints].join('\n  '));
  if (outcomes.length % 100 === 0) console.log(`${outcomes.length} of ${runs} storms`);
}

const began = performance.now();
await Promise.all(Array.from({ length: atOnce }, work));
const failed = outcomes.filter(({ complaints }) => complaints.length > 0).map(({ seed }) => seed);
const slowest = Math.max(...outcomes.map(({ recoveredMs }) => recoveredMs));
console.log(
  `${runs} storms in ${Math.round((performance.now() - began) / 1000)} s, ${failed.length} left a trace` +
    `${failed.length === 0 ? '' : ` (seeds ${failed.join(', ')})`}; slowest recovery ${Math.round(slowest)} ms`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
