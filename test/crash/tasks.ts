/** All tasks of a long run: each story at each point, and each deletion. */
import { ORDERS, CLOUDFLARE_STATES, deletion } from './deletions.ts';
import { CALL_FAULTS } from './call-faults.ts';
import { type StoryResult, runStory } from './run-story.ts';
import type { StartOperator } from './operators.ts';
import type { Story } from './stories.ts';

export interface Task {
  readonly name: string;
  readonly run: () => Promise<StoryResult>;
}

/** Runs a story once without a fault to learn its calls. Returns a task for each fault of each call. */
export async function pointsOf(story: Story, start: StartOperator): Promise<readonly Task[]> {
  const { calls, problems } = await runStory(story, start);
  if (problems.length > 0) throw new Error(`"${story.name}" fails even without a fault: ${problems.join('; ')}`);
  return calls.flatMap((call, index) =>
    CALL_FAULTS.map((fault) => ({
      name: `${story.name}, call ${index + 1} ${fault}: ${call}`,
      run: () => runStory(story, start, { call: index + 1, fault }),
    })),
  );
}

/** Every order in every state of Cloudflare. */
export function deletions(start: StartOperator): readonly Task[] {
  return CLOUDFLARE_STATES.flatMap((state) =>
    ORDERS.map((order) => {
      const story = deletion(order, state);
      return { name: story.name, run: () => runStory(story, start) };
    }),
  );
}
