/**
 * `npm run test:crash`: every story is lived through once for every call that the operator makes in it and every fate
 * of that call, in this process and in hurried time, and once more with a real process and a real SIGKILL, which makes
 * fewer calls in its own; and everything is deleted in every order and weather. `--only=stories,deletions,process`
 * chooses, `--story=move` names one story, `--at-once=12` sets the pace.
 */
import { parseArgs } from 'node:util';
import { runScript } from '../support/run-script.ts';
import { type StartOperator, startAsProcess, startInProcess } from './operators.ts';
import { HANDOVER, STORIES, type Story } from './stories.ts';
import { type Task, deletions, pointsOf } from './tasks.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    story: { type: 'string' },
    'at-once': { type: 'string', default: '12' },
  },
});
/** One thread can use one core only, and real time is mostly waited for: without a choice the parts run side by side. */
const PARTS = ['stories', 'deletions', 'process'];
if (values.only === undefined) {
  const codes = await Promise.all(
    PARTS.map((part) => runScript(import.meta.filename, [...process.argv.slice(2), `--only=${part}`])),
  );
  process.exit(Math.max(...codes));
}

const atOnce = Number(values['at-once']);
const chosen = new Set(values.only.split(','));
const stories = [...STORIES, HANDOVER].filter(({ name }) => values.story === undefined || name === values.story);
const failed: string[] = [];

if (chosen.has('stories')) for (const story of stories) await runStory(story, 'in process', startInProcess, atOnce);
if (chosen.has('process'))
  for (const story of stories) await runStory(story, 'with SIGKILL', startAsProcess, Math.ceil(atOnce / 2));
if (chosen.has('deletions')) await runAll('deletions', deletions(startInProcess), atOnce);
console.log(failed.length === 0 ? `All is well with ${values.only}.` : ['These left a trace:', ...failed].join('\n  '));
process.exit(failed.length === 0 ? 0 : 1);

async function runStory(story: Story, how: string, start: StartOperator, workers: number): Promise<void> {
  await runAll(`${story.name}, ${how}`, await pointsOf(story, start), workers);
}

/** Works the tasks off side by side. */
async function runAll(what: string, tasks: readonly Task[], workers: number): Promise<void> {
  const began = performance.now();
  const queue = [...tasks];
  let [unreached, traces] = [0, 0];
  const work = async (): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      const { complaints, hasStruck } = await task.run();
      if (!hasStruck) unreached += 1;
      if (complaints.length === 0) continue;
      traces += 1;
      failed.push(task.name);
      console.log([task.name, ...complaints].join('\n    '));
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const seconds = Math.round((performance.now() - began) / 1000);
  const reached = unreached === tasks.length ? '' : `, ${tasks.length - unreached} of them reached`;
  console.log(`${what}: ${tasks.length} points${reached}, ${traces} left a trace, in ${seconds} s`);
}
