import type { Call, Endpoint, Reply } from '../http/endpoint.ts';
import { json, param } from '../http/endpoint.ts';
import { refusal } from '../http/api-error.ts';
import { pageOf } from '../http/paging.ts';
import type { Account } from '../state/model.ts';
import { invalidApiToken } from './authenticate.ts';
import { holds, reachesAccount } from './authorize.ts';
import { Granting } from './permissions.ts';

const ACCOUNT_PAGE = { standard: 20, maximum: 50 };

/** Token verification, accounts and the user. */
export const identityEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/user/tokens/verify', access: { scope: 'verification' }, handle: verifyUserToken },
  {
    method: 'GET',
    path: '/accounts/:account/tokens/verify',
    access: { scope: 'verification' },
    handle: verifyAccountToken,
  },
  { method: 'GET', path: '/user', access: { scope: 'user', anyOf: Granting.userRead }, handle: showUser },
  { method: 'GET', path: '/accounts', access: { scope: 'credential' }, handle: listAccounts },
  {
    method: 'GET',
    path: '/accounts/:account',
    access: { scope: 'account', anyOf: Granting.accountRead },
    handle: showAccount,
  },
];

function verifyUserToken(call: Call): Reply {
  if (call.principal.kind !== 'user-token') throw invalidApiToken();
  return verified(call);
}

function verifyAccountToken(call: Call): Reply {
  const isOwn =
    call.principal.kind === 'account-token' && reachesAccount(call.principal, { id: param(call, 'account') });
  if (!isOwn) throw invalidApiToken();
  return verified(call);
}

function verified({ principal }: Call): Reply {
  const message = `This API Token is valid and ${principal.status}`;
  return {
    kind: 'json',
    result: { id: principal.id, status: principal.status },
    messages: [{ code: 10000, message, type: null }],
  };
}

function showUser({ principal }: Call): Reply {
  return json({ id: principal.id, email: principal.email ?? null, suspended: false });
}

function listAccounts(call: Call): Reply {
  if (call.principal.kind === 'account-token') {
    throw refusal(400, 1001, 'List accounts endpoint does not support account owned tokens.');
  }
  // Assumption: without the permission the list is empty, as it is for zones.
  const mayList = holds(call.principal, Granting.accountRead);
  const name = call.query.get('name');
  const accounts = [...call.cloud.accounts.values()]
    .filter((account) => mayList && reachesAccount(call.principal, account))
    .filter((account) => name === null || account.name === name);
  return pageOf(accounts, call.query, ACCOUNT_PAGE, call.assumptions, accountObject);
}

function showAccount(call: Call): Reply {
  const account = call.cloud.accounts.get(param(call, 'account'));
  return json(account === undefined ? null : accountObject(account));
}

function accountObject(account: Account): unknown {
  return { id: account.id, name: account.name, type: 'standard', settings: {}, created_on: account.createdOn };
}
