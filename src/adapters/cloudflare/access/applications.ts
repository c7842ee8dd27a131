import {
  type ApplicationContent,
  type RemoteApplication,
  SELF_HOSTED,
  type WrittenApplication,
} from '../../../core/applications/application.ts';
import { isRecord } from '../../../core/json.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { hasStatus, isGone, isUnanswered } from '../calls/errors.ts';
import { readPages } from '../calls/paging.ts';
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
              .create(bodyOf(accountId, content, {}), { signal })
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
              .update(id, bodyOf(accountId, content, settings), { signal })
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

/** A PUT replaces everything, so what people have set in the dashboard is sent as it was read. */
const KEPT = [
  'allow_authenticate_via_warp',
  'app_launcher_visible',
  'auto_redirect_to_identity',
  'cors_headers',
  'custom_deny_message',
  'custom_deny_url',
  'custom_non_identity_deny_url',
  'custom_pages',
  'enable_binding_cookie',
  'http_only_cookie_attribute',
  'logo_url',
  'options_preflight_bypass',
  'path_cookie_attribute',
  'read_service_tokens_from_header',
  'same_site_cookie_attribute',
  'service_auth_401_redirect',
  'skip_interstitial',
  'tags',
] as const;

type Settings = Readonly<Record<string, unknown>>;

function bodyOf(accountId: string, content: ApplicationContent, settings: Settings) {
  const { name, domain, policies, sessionDuration, loginMethods } = content;
  return {
    ...settings,
    account_id: accountId,
    type: SELF_HOSTED,
    name,
    domain,
    destinations: [{ type: 'public' as const, uri: domain }],
    session_duration: sessionDuration,
    allowed_idps: [...loginMethods],
    policies: policies === 'everyone' ? [EVERYONE] : policies.map((id, index) => ({ id, precedence: index + 1 })),
  } as Parameters<ReturnType<typeof applicationsOf>['create']>[0] & { readonly account_id: string };
}

/** The only policy that belongs to its application alone: it says nothing that anybody would share. */
const EVERYONE = { name: 'Everyone', decision: 'bypass', include: [{ everyone: {} }], precedence: 1 };

function remoteApplication(answer: unknown): RemoteApplication {
  const application = isRecord(answer) ? answer : {};
  const { destinations, policies, allowed_idps: loginMethods } = application;
  const domain = textOf(application, 'domain');
  const uris = recordsIn(destinations).map((one) => textOf(one, 'uri'));
  return {
    id: textOf(application, 'id'),
    audience: textOf(application, 'aud'),
    type: textOf(application, 'type'),
    name: textOf(application, 'name'),
    domain,
    domains: uris.length > 0 ? uris : [domain],
    policies: policiesIn(recordsIn(policies)),
    sessionDuration: textOf(application, 'session_duration'),
    loginMethods: Array.isArray(loginMethods) ? loginMethods.map(String) : [],
    settings: settingsIn(application),
  };
}

function settingsIn(application: Settings): Settings {
  return Object.fromEntries(
    KEPT.map((key) => [key, application[key]] as const).filter(([, value]) => value !== undefined && value !== null),
  );
}

function policiesIn(policies: readonly Readonly<Record<string, unknown>>[]): RemoteApplication['policies'] {
  const sorted = policies.toSorted((a, b) => Number(a['precedence'] ?? 0) - Number(b['precedence'] ?? 0));
  if (sorted.every(({ reusable }) => reusable !== false)) return sorted.map((one) => textOf(one, 'id'));
  const [only, ...others] = sorted;
  return only !== undefined && others.length === 0 && isForEveryone(only) ? 'everyone' : 'other';
}

function isForEveryone({ decision, include, require }: Readonly<Record<string, unknown>>): boolean {
  const [rule, ...others] = recordsIn(include);
  const isOpen = rule !== undefined && others.length === 0 && 'everyone' in rule;
  return decision === 'bypass' && isOpen && recordsIn(require).length === 0;
}

function recordsIn(list: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function textOf(record: Readonly<Record<string, unknown>>, key: string): string {
  const value = record[key];
  return typeof value === 'string' ? value : '';
}
