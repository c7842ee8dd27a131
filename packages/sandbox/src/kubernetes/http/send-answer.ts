import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import type { FaultEffect } from './faults.ts';

/** Sends an answer, damaged if a fault requires it. */
export function sendAnswer(response: ServerResponse, answer: Answer, fault: FaultEffect | undefined): void {
  if (fault?.kind === 'drop-after') {
    response.destroy();
    return;
  }
  const { status, contentType, headers = {} } = answer;
  const whole = status === 304 ? '' : answer.body;
  const half = whole.slice(0, whole.length / 2);
  const shown = fault?.kind === 'truncate' ? half : whole;
  for (const [name, value] of Object.entries(headers))
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  response.setHeader('content-type', contentType);
  if (status !== 304) response.setHeader('content-length', Buffer.byteLength(shown));
  response.writeHead(status);
  if (fault?.kind === 'stall') response.write(half);
  else response.end(shown);
}
