/** Makes the applications that routes need, and tells what of them stands. */
import {
  type ApplicationContent,
  type RemoteApplication,
  applicationName,
} from '../../../../core/applications/application.ts';
import type { NeededApplication } from '../../../../core/applications/guards.ts';
import {
  type PlannedDomain,
  isEnteredBelow,
  planApplications,
  plansByHostname,
} from '../../../../core/applications/plan.ts';
import {
  type ResolvedPolicies,
  namesLoginMethods,
  resolveLoginMethods,
  resolvePolicies,
} from '../../../../core/applications/policies.ts';
import { type NotStanding, type Standing, withoutPolicies } from '../../../../core/applications/standing.ts';
import { tryEach } from '../../pass/attempt.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import { type Work, carryOut } from './carry-out.ts';
import { noteApplications } from './note.ts';

/** By domain, once what is missing or different has been written. Lacks what could not be written. */
export async function stand(work: Work, needed: readonly NeededApplication[]): Promise<ReadonlyMap<string, Standing>> {
  const { port, pass, access } = work;
  const loginMethods = await findLoginMethods(work);
  const resolved = needed.map((one) => ({ one, found: resolvePolicies(one, access.accountId, port.accessPolicies) }));
  const standing = new Map<string, Standing>();
  const wanted = new Map<string, Wanted>();
  for (const { one, found } of resolved) {
    const content = 'missing' in loginMethods ? loginMethods : contentOf(pass, one, { found, ids: loginMethods.ids });
    if ('missing' in content) standing.set(one.domain, withoutPolicies(content));
    else wanted.set(one.domain, { content, isUnchecked: 'isUnchecked' in found && found.isUnchecked });
  }
  await writeWanted(work, { needed: new Set(needed.map(({ domain }) => domain)), wanted, standing });
  return standing;
}

interface Wanted {
  readonly content: ApplicationContent;
  readonly isUnchecked: boolean;
}

interface Writing {
  /** Domains of all applications that are to stand, also of those that cannot. */
  readonly needed: ReadonlySet<string>;
  readonly wanted: ReadonlyMap<string, Wanted>;
  readonly standing: Map<string, Standing>;
}

async function writeWanted(work: Work, { needed, wanted, standing }: Writing): Promise<void> {
  const { port, pass, access, tunnelId } = work;
  if (wanted.size === 0) return;
  const { cloudflare, accountId } = access;
  const { maxAgeMs, signal, mark, clusterMark } = pass;
  const { authDomain } = await cloudflare.accessOrganization(accountId, maxAgeMs.zones, signal);
  const observed = await cloudflare.applications(accountId, maxAgeMs.records, signal);
  const contents = [...wanted.values()].map(({ content }) => content);
  const plan = planApplications({ wanted: contents, observed, mark, clusterMark });
  if ([...plan.values()].some(({ kind }) => kind === 'create')) await noteApplications(port, pass, tunnelId);
  const results = await tryEach(pass, plansByHostname(plan), (planned) => carryOutAll(work, planned));
  for (const [domain, result] of [...results.values()].flat()) {
    const mayBeUnchecked = wanted.get(domain)?.isUnchecked === true;
    const isUnchecked = mayBeUnchecked && !isEnteredBelow(domain, { observed, mark, needed });
    standing.set(domain, 'why' in result ? result : protectionBy(result.audience, { authDomain, isUnchecked }));
  }
}

async function carryOutAll(work: Work, all: readonly PlannedDomain[]) {
  const results: (readonly [domain: string, RemoteApplication | NotStanding])[] = [];
  for (const [domain, planned] of all) results.push([domain, await carryOut(work, planned)]);
  return results;
}

function protectionBy(
  audience: string,
  { authDomain, isUnchecked }: { readonly authDomain: string; readonly isUnchecked: boolean },
): Standing {
  const [team = ''] = authDomain.split('.');
  return { team, audience, ...(isUnchecked ? { isUnchecked } : {}) };
}

/** Ids of the login methods that the Tunnel names, or which of them is missing. */
async function findLoginMethods({ pass, access }: Work): Promise<ReturnType<typeof resolveLoginMethods>> {
  const { identityProviders } = pass.settings.access;
  const { cloudflare, accountId } = access;
  const known = namesLoginMethods(identityProviders)
    ? await cloudflare.loginMethods(accountId, pass.maxAgeMs.zones, pass.signal)
    : [];
  return resolveLoginMethods(identityProviders, known);
}

function contentOf(
  { mark, settings }: TunnelPass,
  { domain, policies }: NeededApplication,
  { found, ids }: { readonly found: ResolvedPolicies; readonly ids: readonly string[] },
): ApplicationContent | { readonly missing: string } {
  if ('missing' in found) return found;
  return {
    name: applicationName(domain, mark),
    domain,
    policies: policies === 'everyone' ? policies : found.ids,
    sessionDuration: settings.access.sessionDuration,
    loginMethods: ids,
  };
}
