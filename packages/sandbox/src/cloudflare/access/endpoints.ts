import type { Access, Endpoint } from '../http/endpoint.ts';
import { Granting } from '../identity/permissions.ts';
import {
  createApplication,
  deleteApplication,
  listApplications,
  listPoliciesOfApplication,
  putApplication,
  showApplication,
} from './applications.ts';
import { listGroups, listIdentityProviders, showGroup, showIdentityProvider, showOrganization } from './directory.ts';
import { createPolicy, deletePolicy, listPolicies, putPolicy, showPolicy } from './policies.ts';
import {
  createServiceToken,
  deleteServiceToken,
  listServiceTokens,
  putServiceToken,
  refreshServiceToken,
  rotateServiceToken,
  showServiceToken,
} from './service-tokens.ts';
import { createTag, deleteTag, listTags } from './tags.ts';

const reads: Access = { scope: 'account', anyOf: Granting.accessPoliciesRead };
const writes: Access = { scope: 'account', anyOf: Granting.accessPoliciesWrite };
const readsTokens: Access = { scope: 'account', anyOf: Granting.accessServiceTokensRead };
const writesTokens: Access = { scope: 'account', anyOf: Granting.accessServiceTokensWrite };
const readsOrganization: Access = { scope: 'account', anyOf: Granting.accessOrganizationsRead };

const ACCESS = '/accounts/:account/access';
const APPLICATION = `${ACCESS}/apps/:application`;
const POLICY = `${ACCESS}/policies/:policy`;
const TOKENS = `${ACCESS}/service_tokens`;
const TOKEN = `${TOKENS}/:serviceToken`;

/** Cloudflare Access at the level of the account. That of a zone, and policies edited in an application, are not there. */
export const accessEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: `${ACCESS}/apps`, access: writes, handle: createApplication },
  { method: 'GET', path: `${ACCESS}/apps`, access: reads, handle: listApplications },
  { method: 'GET', path: APPLICATION, access: reads, handle: showApplication },
  { method: 'PUT', path: APPLICATION, access: writes, handle: putApplication },
  { method: 'DELETE', path: APPLICATION, access: writes, handle: deleteApplication },
  { method: 'GET', path: `${APPLICATION}/policies`, access: reads, handle: listPoliciesOfApplication },
  { method: 'POST', path: `${ACCESS}/policies`, access: writes, handle: createPolicy },
  { method: 'GET', path: `${ACCESS}/policies`, access: reads, handle: listPolicies },
  { method: 'GET', path: POLICY, access: reads, handle: showPolicy },
  { method: 'PUT', path: POLICY, access: writes, handle: putPolicy },
  { method: 'DELETE', path: POLICY, access: writes, handle: deletePolicy },
  { method: 'POST', path: TOKENS, access: writesTokens, handle: createServiceToken },
  { method: 'GET', path: TOKENS, access: readsTokens, handle: listServiceTokens },
  { method: 'GET', path: TOKEN, access: readsTokens, handle: showServiceToken },
  { method: 'PUT', path: TOKEN, access: writesTokens, handle: putServiceToken },
  { method: 'DELETE', path: TOKEN, access: writesTokens, handle: deleteServiceToken },
  { method: 'POST', path: `${TOKEN}/rotate`, access: writesTokens, handle: rotateServiceToken },
  { method: 'POST', path: `${TOKEN}/refresh`, access: writesTokens, handle: refreshServiceToken },
  { method: 'POST', path: `${ACCESS}/tags`, access: writes, handle: createTag },
  { method: 'GET', path: `${ACCESS}/tags`, access: reads, handle: listTags },
  { method: 'DELETE', path: `${ACCESS}/tags/:tag`, access: writes, handle: deleteTag },
  { method: 'GET', path: `${ACCESS}/groups`, access: readsOrganization, handle: listGroups },
  { method: 'GET', path: `${ACCESS}/groups/:group`, access: readsOrganization, handle: showGroup },
  { method: 'GET', path: `${ACCESS}/identity_providers`, access: readsOrganization, handle: listIdentityProviders },
  {
    method: 'GET',
    path: `${ACCESS}/identity_providers/:identityProvider`,
    access: readsOrganization,
    handle: showIdentityProvider,
  },
  { method: 'GET', path: `${ACCESS}/organizations`, access: readsOrganization, handle: showOrganization },
];
