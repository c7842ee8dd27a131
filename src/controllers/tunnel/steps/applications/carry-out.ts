/** Writes one application. */
import type { ApplicationContent, RemoteApplication } from '../../../../core/applications/application.ts';
import { applicationChanged } from '../../../../core/applications/changes.ts';
import { type PlannedApplication, planApplications } from '../../../../core/applications/plan.ts';
import { type NotStanding, conflicting } from '../../../../core/applications/standing.ts';
import type { Access } from '../../pass/ports.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import type { ApplicationsPort } from './port.ts';

export interface Work {
  readonly port: ApplicationsPort;
  readonly pass: TunnelPass;
  readonly access: Access;
  readonly tunnelId: string;
}

/** The application as it stands, or why it does not. */
export async function carryOut(work: Work, planned: PlannedApplication): Promise<RemoteApplication | NotStanding> {
  switch (planned.kind) {
    case 'standing':
      return planned.application;
    case 'conflict':
      return conflicting(planned.name);
    case 'create':
      return unlessRefusedBefore(work, planned.content, () => create(work, planned.content));
    case 'update':
      return unlessRefusedBefore(work, planned.content, () => update(work, planned));
    default:
      return planned satisfies never;
  }
}

async function create(work: Work, content: ApplicationContent): Promise<RemoteApplication | NotStanding> {
  const { pass, access, port } = work;
  const { cloudflare, accountId } = access;
  const result = await cloudflare.createApplication(accountId, content, pass.signal);
  if (result.kind === 'refused') return { reason: 'AccessNotReady', why: result.why };
  if (result.kind !== 'written') return lookAgain(work, content);
  port.changed(pass.tunnel, applicationChanged('ApplicationCreated', result.application), pass.signal);
  return result.application;
}

/** There is one that the list did not show: ours, if the answer to its creation was lost. */
async function lookAgain(
  { pass, access }: Work,
  content: ApplicationContent,
): Promise<RemoteApplication | NotStanding> {
  const { cloudflare, accountId } = access;
  const observed = await cloudflare.applications(accountId, 0, pass.signal);
  const { mark, clusterMark } = pass;
  const planned = planApplications({ wanted: [content], observed, mark, clusterMark }).get(content.domain);
  if (planned?.kind === 'standing') return planned.application;
  return conflicting(planned?.kind === 'conflict' ? planned.name : undefined);
}

async function update(
  work: Work,
  { content, application }: { readonly content: ApplicationContent; readonly application: RemoteApplication },
): Promise<RemoteApplication | NotStanding> {
  const { pass, access, port } = work;
  const { id, settings } = application;
  const result = await access.cloudflare.updateApplication(access.accountId, { id, settings, content }, pass.signal);
  if (result.kind === 'refused') return { reason: 'AccessNotReady', why: result.why };
  // Somebody has deleted it since it was read.
  if (result.kind !== 'written') return create(work, content);
  port.changed(pass.tunnel, applicationChanged('ApplicationUpdated', result.application), pass.signal);
  return result.application;
}

/** What Cloudflare has rejected is not sent again sooner, as long as it says the same. */
const REFUSAL_MIN_AGE_MS = 60_000;

async function unlessRefusedBefore(
  { pass }: Work,
  content: ApplicationContent,
  write: () => Promise<RemoteApplication | NotStanding>,
): Promise<RemoteApplication | NotStanding> {
  const { refusedApplications, waits } = pass.memory;
  const key = JSON.stringify(content);
  const before = refusedApplications.get(content.domain);
  const isSame = before?.key === key;
  const minimum = Math.max(pass.maxAgeMs.records, REFUSAL_MIN_AGE_MS);
  if (before !== undefined && isSame && waits.startOrContinue(waitFor(content)) < minimum) return before.refusal;
  waits.end(waitFor(content));
  const result = await write();
  if ('why' in result) {
    waits.startOrContinue(waitFor(content));
    refusedApplications.set(content.domain, { key, refusal: result });
  } else refusedApplications.delete(content.domain);
  return result;
}

function waitFor({ domain }: ApplicationContent): string {
  return `application ${domain} refused`;
}
