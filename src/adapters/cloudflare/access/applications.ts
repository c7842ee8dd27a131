import type {
  ApplicationContent,
  RemoteApplication,
  WrittenApplication,
} from '../../../core/applications/application.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { hasStatus, isGone, isUnanswered } from '../calls/errors.ts';
import { readPages } from '../calls/paging.ts';
import { applicationBody, remoteApplication } from './application-body.ts';
import type { AccessLists } from './lists.ts';
import { ACCESS_PER_PAGE, APPS_AND_POLICIES, type AccessCalls, onAccess } from './purpose.ts';

/** Applications of every type, whoever made them. */
export function openApplications(calls: AccessCalls, lists: AccessLists) {
  return {
    applications: (accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly RemoteApplication[]> =>
      calls.cached(lists.applications.of(accountId), maxAgeMs, {
        ...onApplications('list the Access applications', accountId),
        send: (client) => listApplications(client, accountId, signal),
      }),
    /** Whether an application of ours that the list lacks does not exist. */
    hasAllApplications: (accountId: string): boolean => lists.applications.of(accountId).isAuthoritative,
    async createApplication(
      accountId: string,
      content: ApplicationContent,
      signal: AbortSignal,
    ): Promise<WrittenApplication> {
      const list = lists.applications.of(accountId);
      const result = await refusable(
        calls.make({
          ...onApplications(`create the Access application for ${content.domain}`, accountId),
          send: (client) =>
            applicationsOf(client)
              .create(applicationBody(accountId, content, {}), { signal })
              .then(written, (error: unknown) => {
                if (isUnanswered(error)) list.markUncertain();
                if (hasStatus(error, 409)) return TAKEN;
                throw error;
              }),
        }),
      );
      if (result.kind === 'taken') list.expire();
      if (result.kind === 'written') list.amend((known) => added(known, result.application));
      return result;
    },
    /** Replaces what it says, and keeps what people have set. */
    async updateApplication(
      accountId: string,
      { id, settings, content }: ApplicationUpdate,
      signal: AbortSignal,
    ): Promise<WrittenApplication> {
      const list = lists.applications.of(accountId);
      const result = await refusable(
        calls.make({
          ...onApplications(`change the Access application for ${content.domain}`, accountId),
          send: (client) =>
            applicationsOf(client)
              .update(id, applicationBody(accountId, content, settings), { signal })
              .then(written, (error: unknown) => {
                if (isUnanswered(error)) list.expire();
                if (isGone(error)) return GONE;
                throw error;
              }),
        }),
      );
      if (result.kind === 'written') list.amend((known) => replaced(known, result.application));
      if (result.kind === 'gone') list.amend((known) => known.filter((one) => one.id !== id));
      return result;
    },
    /** One that is gone already counts as deleted. */
    async deleteApplication(accountId: string, id: string, signal: AbortSignal): Promise<void> {
      await calls.make({
        ...onApplications('delete the Access application', accountId),
        send: (client) =>
          applicationsOf(client)
            .delete(id, { account_id: accountId }, { signal })
            .catch((error: unknown) => {
              if (!isGone(error)) throw error;
            }),
      });
      lists.applications.of(accountId).amend((known) => known.filter((one) => one.id !== id));
    },
  };
}

const TAKEN: WrittenApplication = { kind: 'taken' };
const GONE: WrittenApplication = { kind: 'gone' };

function written(answer: unknown): WrittenApplication {
  return { kind: 'written', application: remoteApplication(answer) };
}

/** One application that Cloudflare rejects holds up no other. */
async function refusable(writing: Promise<WrittenApplication>): Promise<WrittenApplication> {
  try {
    return await writing;
  } catch (error) {
    if (error instanceof OperatorError && error.reason === 'CloudflareRefused' && error.disposition === 'stall')
      return { kind: 'refused', why: error.message };
    throw error;
  }
}

type Known = readonly RemoteApplication[];

function added(known: Known, one: RemoteApplication): Known {
  return known.some(({ id }) => id === one.id) ? known : [...known, one];
}

function replaced(known: Known, one: RemoteApplication): Known {
  return known.map((other) => (other.id === one.id ? one : other));
}

export interface ApplicationUpdate extends Pick<RemoteApplication, 'id' | 'settings'> {
  readonly content: ApplicationContent;
}

function onApplications(doing: string, accountId: string) {
  return onAccess(doing, APPS_AND_POLICIES, accountId);
}

function applicationsOf(client: CloudflareClient) {
  return client.zeroTrust.access.applications;
}

async function listApplications(client: CloudflareClient, accountId: string, signal: AbortSignal) {
  const applications = await readPages(ACCESS_PER_PAGE, (page) =>
    applicationsOf(client).list({ account_id: accountId, page, per_page: ACCESS_PER_PAGE }, { signal }),
  );
  return applications.map(remoteApplication);
}
