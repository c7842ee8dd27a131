import { AGGREGATED } from '../discovery/aggregated.ts';

/** How objects are written into a response. */
export type Format = 'json' | 'table';

/** Picks the first form in `Accept` that this server has; JSON when it has none of them. */
export function negotiateFormat(accept: string | undefined): Format {
  for (const entry of (accept ?? '').split(',')) {
    const parameters = entry.split(';').map((part) => part.trim());
    if (parameters[0] !== 'application/json') continue;
    if (!parameters.some((parameter) => parameter.startsWith('as='))) return 'json';
    if (parameters.includes('as=Table') && parameters.includes('v=v1')) return 'table';
  }
  return 'json';
}

/** True when the client prefers the whole discovery in one answer. */
export function acceptsAggregated(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((entry) => entry.replaceAll(' ', '').startsWith(AGGREGATED));
}
