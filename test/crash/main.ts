/**
 * `npm run test:crash`: runs every story once for every call that the operator makes in it and every fault of that
 * call, in this process at increased speed; then again with a real process and SIGKILL, which makes fewer calls. Then it
 * deletes everything in every order and every state of Cloudflare. In the stories about Access, visitors without
 * credentials ask for protected hostnames all the time, at least a million times in all. `--only=stories,access,deletions,process`
 * selects parts, `--story=move` one story, and `--at-once=12` sets the concurrency.
 */
import { parseArgs } from 'node:util';
import { runScript } from '../support/run-script.ts';
import { ACCESS_STORIES } from './access-stories.ts';
import { type StartOperator, startAsProcess, startInProcess } from './operators.ts';
import { HANDOVER, STORIES, type Story } from './stories.ts';
import { type Task, deletions, pointsOf } from './tasks.ts';
import { TOKEN_STORIES } from './token-stories.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, story: { type: 'string' }, 'at-once': { type: 'string', default: '12' } },
});
/** Fewer requests without credentials prove too little. */
const LEAST_INTRUSIONS = 1_000_000;

/** A thread uses only one core, and real time is mostly spent waiting: without `--only` the parts run in parallel. */
const PARTS = ['stories', 'access', 'deletions', 'process'];
if (values.only === undefined) {
  const codes = await Promise.all(
    PARTS.map((part) => runScript(import.meta.filename, [...process.argv.slice(2), `--only=${part}`])),
  );
  process.exit(Math.max(...codes));
}

const atOnce = Number(values['at-once']);
const chosen = new Set(values.only.split(','));
const isChosen = ({ name }: Story): boolean => values.story === undefined || name === values.story;
const stories = [...STORIES, HANDOVER].filter(isChosen);
const failed: string[] = [];
let intrusions = 0;

if (chosen.has('stories')) for (const story of stories) await runPoints(story, 'in process', startInProcess, atOnce);
if (chosen.has('access')) await runAccess([...ACCESS_STORIES, ...TOKEN_STORIES].filter(isChosen));
if (chosen.has('process'))
  for (const story of stories) await runPoints(story, 'with SIGKILL', startAsProcess, Math.ceil(atOnce / 2));
if (chosen.has('deletions')) await runAll('deletions', deletions(startInProcess), atOnce);
console.log(failed.length === 0 ? `No problems in ${values.only}.` : ['These left problems:', ...failed].join('\n  '));
process.exit(failed.length === 0 ? 0 : 1);

async function runAccess(about: readonly Story[]): Promise<void> {
  for (const story of about) await runPoints(story, 'in process', startInProcess, atOnce);
  console.log(`${intrusions} requests without credentials for protected hostnames`);
  const isTooLittle = values.story === undefined && intrusions < LEAST_INTRUSIONS;
  if (isTooLittle) failed.push(`fewer than ${LEAST_INTRUSIONS} requests without credentials`);
}

async function runPoints(story: Story, how: string, start: StartOperator, workers: number): Promise<void> {
  await runAll(`${story.name}, ${how}`, await pointsOf(story, start), workers);
}

/** Runs the tasks in parallel. */
async function runAll(what: string, tasks: readonly Task[], workers: number): Promise<void> {
  const began = performance.now();
  const queue = [...tasks];
  let [unreached, traces] = [0, 0];
  const work = async (): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      const { problems, wasInjected, intrusions: seen } = await task.run();
      intrusions += seen;
      if (!wasInjected) unreached += 1;
      if (problems.length === 0) continue;
      traces += 1;
      failed.push(task.name);
      console.log([task.name, ...problems].join('\n    '));
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const seconds = Math.round((performance.now() - began) / 1000);
  const reached = unreached === tasks.length ? '' : `, ${tasks.length - unreached} of them reached`;
  console.log(`${what}: ${tasks.length} points${reached}, ${traces} left problems, in ${seconds} s`);
}
