import { type Call, json, type Reply } from '../http/endpoint.ts';
import type { AccessGroup, IdentityProvider } from '../state/access.ts';
import { notFound } from './access-error.ts';
import { inPath, listed, namedLike, organizationInPath, pageOfAccess } from './collection.ts';
import type { Body } from './fields.ts';

/** The organization, with the team's domain. */
export function showOrganization(call: Call): Reply {
  const { name, authDomain, strictServiceTokenAuth, createdAt } = organizationInPath(call);
  return json({
    auth_domain: authDomain,
    name,
    created_at: createdAt,
    updated_at: createdAt,
    auto_redirect_to_identity: false,
    allow_authenticate_via_warp: false,
    deny_unmatched_requests: false,
    is_ui_read_only: false,
    login_design: {},
    session_duration: '24h',
    strict_service_token_auth: strictServiceTokenAuth,
  });
}

/** Groups and identity providers are made with `admin`, as people do it in the dashboard. */
export function listGroups(call: Call): Reply {
  const groups = listed(call.cloud.access.groups, call).filter(({ name }) => passesSearch(name, call));
  return pageOfAccess(groups, call, groupObject);
}

export function showGroup(call: Call): Reply {
  return json(groupObject(inPath(call.cloud.access.groups, call, { name: 'group', missing: notFound })));
}

export function listIdentityProviders(call: Call): Reply {
  return pageOfAccess(listed(call.cloud.access.identityProviders, call), call, identityProviderObject);
}

export function showIdentityProvider(call: Call): Reply {
  const { identityProviders } = call.cloud.access;
  return json(identityProviderObject(inPath(identityProviders, call, { name: 'identityProvider', missing: notFound })));
}

function passesSearch(name: string, { query }: Call): boolean {
  const exact = query.get('name');
  return (exact === null || exact === name) && namedLike(name, query.get('search') ?? '');
}

function groupObject({ id, name, include, exclude, require, createdAt }: AccessGroup): Body {
  return {
    id,
    uid: id,
    name,
    include,
    exclude,
    require,
    is_default: false,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

function identityProviderObject({ id, name, type }: IdentityProvider): Body {
  return { id, uid: id, name, type, version: id, config: {} };
}
