import { OperatorError } from '../../../runtime/errors.ts';
import type { Call, CloudflareCalls } from '../calls/calls.ts';
import type { Purpose } from '../calls/calls.ts';
import { hasCode } from '../calls/errors.ts';

/** Largest page that the API gives. */
export const ACCESS_PER_PAGE = 1000;

export const APPS_AND_POLICIES = 'Access: Apps and Policies Write';
export const SERVICE_TOKENS = 'Access: Service Tokens Write';
export const ORGANIZATIONS = 'Access: Organizations, Identity Providers, and Groups Read';

export function onAccess(doing: string, permission: string, accountId: string): Purpose {
  return { doing, permission, accountId };
}

/** A call to Access. In an account without it, each of them is refused as a token without the permission is. */
export function ofAccess<T>(call: Call<T>): Call<T> {
  const { send, doing, accountId } = call;
  return { ...call, send: (client) => send(client).catch((error: unknown) => throwEnabling(error, doing, accountId)) };
}

/** 9999: the account has no organization of Zero Trust. */
function throwEnabling(error: unknown, doing: string, accountId = ''): never {
  if (!hasCode(error, 9999)) throw error;
  const message = `Cannot ${doing}: Cloudflare Access is not enabled in account ${accountId}. Choose a team name at https://one.dash.cloudflare.com`;
  throw new OperatorError('AccessNotEnabled', 'stall', message, { cause: error });
}

export type AccessCalls = Pick<CloudflareCalls, 'make' | 'cached'>;

/** The calls of a session, each of which reports an account without Access. */
export function accessCalls(calls: CloudflareCalls): AccessCalls {
  return {
    make: (call) => calls.make(ofAccess(call)),
    cached: (list, maxAgeMs, call) => calls.cached(list, maxAgeMs, ofAccess(call)),
  };
}
