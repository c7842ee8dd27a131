/** Compares the applications that a Tunnel needs with those at Cloudflare. */
import { type ApplicationContent, type RemoteApplication, isMarked, isOfCluster, isUpToDate } from './application.ts';

export interface PlanFacts {
  readonly wanted: readonly ApplicationContent[];
  readonly observed: readonly RemoteApplication[];
  /** Of the Tunnel. */
  readonly mark: string;
  readonly clusterMark: string;
}

export type PlannedApplication =
  | { readonly kind: 'standing'; readonly application: RemoteApplication }
  | { readonly kind: 'create'; readonly content: ApplicationContent }
  | { readonly kind: 'update'; readonly content: ApplicationContent; readonly application: RemoteApplication }
  /** Somebody else's application has the domain. It is never changed. */
  | { readonly kind: 'conflict'; readonly name: string };

/**
 * What is to be done, by domain. An application of another Tunnel of this cluster is taken over: the hostname has moved
 * here, and it is never without an application meanwhile.
 */
export function planApplications({
  wanted,
  observed,
  mark,
  clusterMark,
}: PlanFacts): ReadonlyMap<string, PlannedApplication> {
  const owned = (application: RemoteApplication): boolean => isOfCluster(application, clusterMark);
  return new Map(
    wanted.map((content) => {
      const { domain } = content;
      const candidates = observed.filter((one) => one.domain === domain || one.domains.includes(domain));
      const foreign = candidates.find((one) => !owned(one));
      const own = candidates.filter((one) => one.domain === domain);
      const application = own.find((one) => isMarked(one, mark)) ?? own[0];
      return [domain, decide(content, application, foreign)] as const;
    }),
  );
}

function decide(
  content: ApplicationContent,
  application: RemoteApplication | undefined,
  foreign: RemoteApplication | undefined,
): PlannedApplication {
  if (foreign !== undefined) return { kind: 'conflict', name: foreign.name };
  if (application === undefined) return { kind: 'create', content };
  return isUpToDate(application, content)
    ? { kind: 'standing', application }
    : { kind: 'update', content, application };
}

export type PlannedDomain = readonly [domain: string, PlannedApplication];

/**
 * What is to be done for each hostname, as a whole: while one of its paths is not protected, who may enter the hostname
 * could enter that path too. Hostnames of which everything stands come first, so they are known whatever fails.
 */
export function plansByHostname(plan: ReadonlyMap<string, PlannedApplication>): readonly (readonly PlannedDomain[])[] {
  const all = [...Map.groupBy(plan, ([domain]) => domain.split('/', 1)[0]).values()];
  const isStanding = (planned: readonly PlannedDomain[]): boolean =>
    planned.every(([, { kind }]) => kind === 'standing');
  return all.toSorted((a, b) => Number(isStanding(b)) - Number(isStanding(a)));
}

export interface RetiredFacts extends Pick<PlanFacts, 'observed' | 'mark'> {
  /** Domains of the applications that are to stand. */
  readonly needed: ReadonlySet<string>;
  /** Audiences that connectors ask for. */
  readonly audiences: ReadonlySet<string>;
}

/** Applications of the Tunnel that nothing needs any more. One that a rule names stays until the rule is gone. */
export function retiredApplications({ observed, mark, needed, audiences }: RetiredFacts): readonly RemoteApplication[] {
  const own = observed.filter((application) => isMarked(application, mark));
  const kept = new Set<string>();
  return own.filter(({ domain, audience }) => {
    const isDoubled = kept.has(domain);
    kept.add(domain);
    return (!needed.has(domain) || isDoubled) && !audiences.has(audience);
  });
}

/**
 * Whether an application that is to go still lets people into a part of a domain. Until it is gone, connectors go on
 * asking for the token of the domain, also where a policy will let requests in without one.
 */
export function isEnteredBelow(domain: string, { observed, mark, needed }: Omit<RetiredFacts, 'audiences'>): boolean {
  return observed.some(
    (application) =>
      isMarked(application, mark) && !needed.has(application.domain) && application.domain.startsWith(`${domain}/`),
  );
}
