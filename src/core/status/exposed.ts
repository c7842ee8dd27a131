/** Decides what a Service's `cftunnel.io/Exposed` condition says. */
import type { Hostname } from '../hostname.ts';
import type { Problem } from '../routes/route.ts';
import type { Verdict } from '../routes/table.ts';
import type { Report } from './conditions.ts';

/** What a Tunnel's last pass knows of the hostnames it serves. */
export interface TunnelNews {
  /** Rule served by every connector, and record in place (or DNS left to somebody else). */
  readonly live: ReadonlySet<Hostname>;
  /** Hostnames that cannot be served, and why. */
  readonly refused: ReadonlyMap<Hostname, Problem>;
  /** Set when the Tunnel itself has a problem that a person must mend. */
  readonly blocked: string | undefined;
  /** False: the records could not be looked at, so a hostname that is not in `live` may be live all the same. */
  readonly isComplete: boolean;
}

/**
 * `Progressing` means: nothing is wrong, and it is not worth a word yet. What was exposed and cannot be looked at now
 * counts as exposed still: unknown is never "not".
 */
export function describeExposed(verdict: Verdict, news: TunnelNews | undefined, current: Report | undefined): Report {
  const [problem] = verdict.problems;
  if (problem !== undefined) return failed(problem, servedOf(verdict, news));
  for (const { hostname } of verdict.routes) {
    const refusal = news?.refused.get(hostname);
    if (refusal !== undefined) return failed(refusal, servedOf(verdict, news));
  }
  const waiting = verdict.routes.filter(({ hostname }) => news?.live.has(hostname) !== true);
  const exposed: Report = { status: 'True', reason: 'Exposed', message: urls(verdict.routes) };
  if (waiting.length === 0) return exposed;
  const wasExposed = current?.status === 'True' && current.message === exposed.message;
  if (wasExposed && news?.isComplete !== true) return exposed;
  if (news?.blocked !== undefined)
    return {
      status: 'False',
      reason: 'TunnelNotReady',
      message: `Tunnel ${verdict.tunnel} is not ready: ${news.blocked}`,
    };
  const names = waiting.map((route) => route.hostname).join(', ');
  return { status: 'Unknown', reason: 'Progressing', message: `Waiting until ${names} is served` };
}

/** Parts what is wrong from what goes on working; the latter alone is never news. */
export const STILL_SERVED = ' (still served: ';

/** One reason at a time, and a word on what goes on working meanwhile. */
function failed({ reason, message }: Problem, served: readonly { readonly hostname: string }[]): Report {
  const still = served.length === 0 ? '' : `${STILL_SERVED}${urls(served)})`;
  return { status: 'False', reason, message: `${message}${still}` };
}

function servedOf(verdict: Verdict, news: TunnelNews | undefined): readonly { readonly hostname: string }[] {
  return verdict.routes.filter(({ hostname }) => news?.live.has(hostname) === true);
}

function urls(routes: readonly { readonly hostname: string }[]): string {
  return routes.map(({ hostname }) => `https://${hostname}`).join(', ');
}
