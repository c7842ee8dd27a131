/**
 * Measures the cost of the operator on the sandbox. Counts are exact; times and memory are those of this machine.
 * Prints a table for each case with its details, and finally everything as one line of JSON.
 *
 * `--services 1,50,1000`: these sizes, on one Tunnel and one paid zone up to 3,000. `--check` exits with 1 if a budget
 * is exceeded. `BENCH_MEMORY=512Mi` simulates a container with a higher memory limit than the Deployment's. `--matrix`:
 * every size with every network profile, including idleness, always checked. `--write` writes the result into the docs.
 * `--only <text>` runs the cases with this text in their title. `--remote`: with rules at Cloudflare. `--served`: seconds
 * from an annotation to the first response, in real time. `--source Ingress`: with other objects than Services, see
 * `sources/sources.ts`. `--proxy`: what the proxy does to requests.
 */
import { parseArgs } from 'node:util';
import { isHeld, judge } from './budgets.ts';
import { type BenchCase, MATRIX, plainCase, titleOf } from './case.ts';
import { writeDocument } from './document.ts';
import { PHASES, QUICK_PHASES } from './phases.ts';
import { asText, asVerdict } from './report.ts';
import { type CaseResult, runCase } from './run.ts';
import { SOURCES, isSourceName, sourceOf } from './sources/sources.ts';
import { measureProxy } from './proxy/measure.ts';
import { measureTimeToServe } from './time-to-serve.ts';

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '1,50,1000' },
    check: { type: 'boolean', default: false },
    matrix: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    served: { type: 'boolean', default: false },
    remote: { type: 'boolean', default: false },
    source: { type: 'string', default: 'Service' },
    proxy: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
if (values.write && (!values.matrix || values.only !== '')) usage('--write needs the whole --matrix');

if (values.proxy) process.exit(await measureProxy());
if (values.served) process.exit(await measureTimeToServe());

const cases = values.matrix ? MATRIX.filter((one) => titleOf(one).includes(values.only)) : plainCases(values.services);
const phases = values.matrix ? PHASES : QUICK_PHASES;
const results: CaseResult[] = [];
for (const benchCase of cases) {
  const missing = sourceOf(benchCase).missing?.();
  if (missing !== undefined) {
    process.stdout.write(`${titleOf(benchCase)}: left out: it needs ${missing}, see npm run programs\n\n`);
    continue;
  }
  const result = await runCase(benchCase, phases);
  process.stdout.write(`${asText(result)}\n\n`);
  results.push(result);
}
const verdicts = judge(results);
process.stdout.write(`${asVerdict(verdicts)}\n\n${JSON.stringify(results)}\n`);
if (values.write) await writeDocument(results, verdicts);
if ((values.check || values.matrix) && !verdicts.every(isHeld)) process.exitCode = 1;

function plainCases(services: string): readonly BenchCase[] {
  const counts = services.split(',').map(Number);
  if (counts.some((count) => !Number.isInteger(count) || count < 1 || count > 50_000))
    usage(`--services takes numbers from 1 to 50000, as in 1,50,1000; got "${services}"`);
  const { source } = values;
  const kind = {
    ...(values.remote ? { configMode: 'Remote' as const } : {}),
    ...(isSourceName(source) ? { source } : usage(`--source is one of ${Object.keys(SOURCES).join(', ')}`)),
  };
  return counts.map((count) => plainCase(count, kind));
}

function usage(mistake: string): never {
  process.stderr.write(`bench: ${mistake}\n`);
  process.exit(2);
}
