import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import type { FaultEffect } from './faults.ts';

/** Sends an answer, damaged if a fault requires it. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  effect: FaultEffect | undefined,
): Promise<void> {
  if (effect?.kind === 'drop-after') {
    response.destroy();
    return;
  }
  if (effect?.kind === 'delay') await delay(effect.ms, undefined, { ref: false });
  if (effect?.kind === 'hold') await effect.until;

  const body = Buffer.from(answer.body);
  const half = body.subarray(0, Math.floor(body.length / 2));
  const shown = effect?.kind === 'truncate' ? half : body;
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'cf-ray': `${randomBytes(8).toString('hex')}-FRA`,
    'content-length': shown.length,
    ...answer.headers,
  });
  if (effect?.kind === 'stall-body') response.write(half);
  else response.end(shown);
}
