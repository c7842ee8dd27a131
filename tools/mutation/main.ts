/**
 * `npm run test:mutation -- [FOLDER…] [--at-least PERCENT] [--sample N] [--seed N] [--workers N]`: changes the source in
 * every usual way, and prints the changes that no test detects. See docs/adr/0028-mutation-runs.md.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { mutationRun } from './run.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    'at-least': { type: 'string', default: '85' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});

const exitCode = await mutationRun({
  folders: positionals.length > 0 ? positionals : ['src/core', 'src/runtime', 'src/controllers'],
  atLeast: Number(values['at-least']),
  sample: values.sample === undefined ? undefined : Number(values.sample),
  seed: Number(values.seed),
  workers: Number(values.workers),
});
process.exit(exitCode);
