/** Applications as Cloudflare's API writes them. */
import {
  type ApplicationContent,
  type RemoteApplication,
  SELF_HOSTED,
} from '../../../core/applications/application.ts';
import { isRecord } from '../../../core/json.ts';
import type { CloudflareClient } from '../calls/client.ts';

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

export function applicationBody(accountId: string, content: ApplicationContent, settings: Settings) {
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
  } as Parameters<CloudflareClient['zeroTrust']['access']['applications']['create']>[0] & {
    readonly account_id: string;
  };
}

/** The only policy that belongs to its application alone: it says nothing that anybody would share. */
const EVERYONE = { name: 'Everyone', decision: 'bypass', include: [{ everyone: {} }], precedence: 1 };

export function remoteApplication(answer: unknown): RemoteApplication {
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
