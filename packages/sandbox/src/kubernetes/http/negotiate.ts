import { AGGREGATED } from '../discovery/aggregated.ts';

/** The format of objects in a response. */
export type Format = 'json' | 'table';

/** The first supported format in `Accept`, or else JSON. */
export function negotiateFormat(accept: string | undefined): Format {
  for (const entry of (accept ?? '').split(',')) {
    const parameters = entry.split(';').map((part) => part.trim());
    if (parameters[0] !== 'application/json') continue;
    if (!parameters.some((parameter) => parameter.startsWith('as='))) return 'json';
    if (parameters.includes('as=Table') && parameters.includes('v=v1')) return 'table';
  }
  return 'json';
}

/** Whether the client prefers aggregated discovery. */
export function acceptsAggregated(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((entry) => entry.replaceAll(' ', '').startsWith(AGGREGATED));
}
