/** All that there is to live through: each story at each point, and each deletion. */
import { ORDERS, WEATHERS, deletion } from './deletions.ts';
import { FATES } from './fates.ts';
import { type Ending, live } from './life.ts';
import type { StartOperator } from './operators.ts';
import type { Story } from './stories.ts';

export interface Task {
  readonly name: string;
  readonly run: () => Promise<Ending>;
}

/** Lives once through a story undisturbed, which tells what calls there are; then there is a task for each fate of each. */
export async function pointsOf(story: Story, start: StartOperator): Promise<readonly Task[]> {
  const { calls, complaints } = await live(story, start);
  if (complaints.length > 0)
    throw new Error(`"${story.name}" does not end well even undisturbed: ${complaints.join('; ')}`);
  return calls.flatMap((call, index) =>
    FATES.map((fate) => ({
      name: `${story.name}, call ${index + 1} ${fate}: ${call}`,
      run: () => live(story, start, { call: index + 1, fate }),
    })),
  );
}

/** Every order in every weather. */
export function deletions(start: StartOperator): readonly Task[] {
  return WEATHERS.flatMap((weather) =>
    ORDERS.map((order) => {
      const story = deletion(order, weather);
      return { name: story.name, run: () => live(story, start) };
    }),
  );
}
