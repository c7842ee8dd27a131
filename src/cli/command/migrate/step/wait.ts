import { answerOf } from '../../../../adapters/kubernetes/answer.ts';
import type { Waiting } from '../../../../core/migrate/progress.ts';
import { CommandError } from '../../../frame/exit-code.ts';
import type { Io } from '../../../frame/io.ts';

export interface Limit {
  readonly io: Pick<Io, 'nowMs' | 'pause'>;
  readonly timeoutMs: number;
}

const POLL_MS = 1_000;

/** How long a refusal has to last: what is observed may be older than the last change. */
const FINAL_MS = 15_000;

/** Resolves once nothing is waited for any more. Throws what is waited for after the timeout, or if it is final. */
export async function until({ io, timeoutMs }: Limit, observe: () => Promise<Waiting>): Promise<void> {
  const start = io.nowMs();
  let finalSince: number | undefined;
  for (;;) {
    const answer = await answerOf(observe);
    // An API server that is away for a while ends no migration in the middle.
    const waiting = 'value' in answer ? answer.value : { for: answer.noAnswer, isFinal: false };
    if (waiting === undefined) return;
    const now = io.nowMs();
    finalSince = waiting.isFinal ? (finalSince ?? now) : undefined;
    if (now - start >= timeoutMs || (finalSince !== undefined && now - finalSince >= FINAL_MS))
      throw new CommandError(
        `Stopped waiting. Nothing after this step was changed, and the same command goes on from here. It waits for ${waiting.for}`,
      );
    await io.pause(POLL_MS);
  }
}
