import type { Answer } from './answer.ts';
import type { ErrorItem } from './api-error.ts';
import { failureEnvelope } from './envelope.ts';
import type { FaultEffect } from './faults.ts';

/** Assumption: code and message. The SDK's retry rules show that a 409 can mean a concurrent write. */
const LOCKED: ErrorItem = {
  code: 1409,
  message: 'The resource is locked by another request. Please try again later.',
};

/** The answer of a fault that replaces the request, or undefined if the request runs. */
export function faultAnswer(effect: FaultEffect | undefined): Answer | undefined {
  if (effect?.kind === 'reply') return fixedAnswer(effect.status, JSON.stringify(effect.body ?? {}), effect.headers);
  if (effect?.kind === 'html')
    return fixedAnswer(effect.status, htmlPage(effect.status), { 'content-type': 'text/html' });
  if (effect?.kind === 'unsuccessful') return failure(200, effect.errors);
  if (effect?.kind === 'lock') return failure(409, [LOCKED]);
  return undefined;
}

function failure(status: number, errors: readonly ErrorItem[]): Answer {
  return fixedAnswer(status, JSON.stringify(failureEnvelope(errors)));
}

function fixedAnswer(status: number, body: string, headers: Answer['headers'] = {}): Answer {
  return { status, headers, body, tokenId: '' };
}

function htmlPage(status: number): string {
  return `<html><head><title>${status}</title></head><body><center>cloudflare</center></body></html>`;
}
