import { randomBytes } from 'node:crypto';
import { type Call, param } from '../http/endpoint.ts';
import type { AccessApplication } from '../state/access.ts';
import { accessTimestamp, newUuid } from '../state/ids.ts';
import { applicationExists, invalidRequest } from './access-error.ts';
import { ownedBy } from './collection.ts';
import { readDestinations } from './destinations.ts';
import { type Body, readDuration, without } from './fields.ts';
import { tagId } from './tags.ts';

/** Types that protect hostnames. */
const HOSTED: readonly string[] = ['self_hosted', 'ssh', 'vnc', 'rdp'];

/** Types without a hostname of this account. They are kept as sent, and protect nothing here. */
const OTHERS: readonly string[] = ['saas', 'bookmark', 'app_launcher', 'warp', 'biso', 'dash_sso', 'infrastructure'];

const KNOWN = ['id', 'uid', 'aud', 'type', 'name', 'domain', 'destinations', 'self_hosted_domains', 'policies'];
const OTHER_KNOWN = ['session_duration', 'created_at', 'updated_at', 'domain_type'];

/** Assumption: the standard values of an application that the body does not set. */
const STANDARD = {
  allowed_idps: [],
  app_launcher_visible: true,
  auto_redirect_to_identity: false,
  enable_binding_cookie: false,
  http_only_cookie_attribute: true,
  options_preflight_bypass: false,
  service_auth_401_redirect: false,
  tags: [],
};

/** Validates a body. The policies are read apart, because a PUT without them keeps those that there are. */
export function readApplication(body: Body, call: Call, ownId?: string): AccessApplication {
  const type = readType(body);
  const now = accessTimestamp(call.cloud.now());
  const isHosted = HOSTED.includes(type);
  const { domain, uris } = isHosted ? readDestinations(body, call) : { domain: undefined, uris: [] };
  if (domain !== undefined) assertFree({ domain, uris }, call, ownId);
  const settings = { ...STANDARD, ...without(body, [...KNOWN, ...OTHER_KNOWN]) };
  assertReferences(settings, call);
  return {
    id: newUuid(),
    accountId: param(call, 'account'),
    aud: randomBytes(32).toString('hex'),
    type,
    name: readName(body, domain),
    domain,
    uris,
    sessionDuration: readDuration(body['session_duration'], 'session_duration', '24h'),
    policies: [],
    settings,
    createdAt: now,
    updatedAt: now,
  };
}

function readType({ type }: Body): string {
  if (typeof type === 'string' && [...HOSTED, ...OTHERS].includes(type)) return type;
  throw invalidRequest('app type is missing or invalid');
}

/** Assumption: without a name, an application is named after its domain. */
function readName({ name }: Body, domain: string | undefined): string {
  if (name === undefined || name === '') return domain ?? '';
  if (typeof name !== 'string' || name.length > 350) throw invalidRequest('name is invalid');
  return name;
}

/** A host and path can be the domain of one application only. */
function assertFree(
  wanted: { readonly domain: string; readonly uris: readonly string[] },
  call: Call,
  ownId?: string,
): void {
  const others = ownedBy(call.cloud.access.applications, param(call, 'account')).filter(({ id }) => id !== ownId);
  const isShared = (uri: string): boolean => others.some(({ uris }) => uris.includes(uri));
  const isTaken =
    others.some(({ domain }) => domain === wanted.domain) ||
    (call.assumptions.sharedDestinations === 'refused' && wanted.uris.some(isShared));
  if (isTaken) throw applicationExists();
}

function assertReferences(settings: Body, call: Call): void {
  const { identityProviders, tags } = call.cloud.access;
  const account = param(call, 'account');
  const providers = stringsOf(settings['allowed_idps']);
  if (!providers.every((id) => identityProviders.get(id)?.accountId === account)) {
    throw invalidRequest('allowed_idps contain an identity provider that does not exist'); // Assumption: the wording
  }
  const hasTags = stringsOf(settings['tags']).every((name) => tags.get(tagId(account, name)) !== undefined);
  if (!hasTags) throw invalidRequest('tags contain a tag that does not exist');
  if (settings['auto_redirect_to_identity'] === true && providers.length !== 1) {
    throw invalidRequest('auto_redirect_to_identity needs exactly one allowed identity provider');
  }
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
