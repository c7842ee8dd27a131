import type { IncomingHttpHeaders } from 'node:http';
import {
  type Credential,
  credentialRefused,
  findPrincipal,
  invalidApiToken,
  readCredential,
} from '../identity/authenticate.ts';
import { authorize } from '../identity/authorize.ts';
import type { Principal } from '../state/model.ts';
import { ApiError, refusal } from './api-error.ts';
import type { Access, Reply, World } from './endpoint.ts';
import { failureEnvelope, successEnvelope } from './envelope.ts';
import { budgetHeaders, type RateLimiter } from './rate-limit.ts';
import type { Route } from './routing.ts';

/** The parts of a request that the emulator uses. */
export interface ApiRequest {
  /** Undefined if no endpoint has this path. */
  readonly route: Route | undefined;
  /** With the base path, which Cloudflare includes in error messages. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly readsAsOf: number | undefined;
}

/** A response that is not sent yet. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Id of the accepted credential, or an empty string. */
  readonly tokenId: string;
}

/**
 * Processes a request in this order: header format, rate limit, path, credential, permission, endpoint. An error in any
 * step becomes an ordinary answer.
 */
export function answerRequest(request: ApiRequest, world: World, limiter: RateLimiter): Answer {
  const credential = attempt(() => readCredential(request.headers));
  const principal = credential.ok ? findPrincipal(world.cloud, credential.value) : undefined;
  const budget = limiter.take(budgetOwner(principal, credential));
  const outcome = attempt(() => {
    if (!credential.ok) throw credential.error;
    if (budget.isExceeded) throw rateLimited(budget.resetSeconds, world, limiter);
    return run(request, credential.value, principal, world);
  });
  const headers = budgetHeaders(budget, limiter.options);
  const tokenId = principal?.id ?? '';
  return outcome.ok ? succeeded(outcome.value, headers, tokenId) : failed(outcome.error, headers, tokenId);
}

/**
 * The rate limit is shared by all tokens, keys and dashboard sessions of a user. An account-owned token has its own.
 */
function budgetOwner(principal: Principal | undefined, credential: Attempt<Credential>): string {
  if (principal !== undefined) return principal.kind === 'account-token' ? principal.id : 'the user';
  if (!credential.ok) return 'nobody';
  return credential.value.kind === 'token' ? credential.value.token : credential.value.key;
}

function run(request: ApiRequest, credential: Credential, principal: Principal | undefined, world: World): Reply {
  const { route } = request;
  if (route === undefined) throw unroutable(request.path, world);
  const { endpoint, params } = route;
  const caller = admit(principal, credential, endpoint.access, world);
  authorize(world.cloud, caller, endpoint.access, params);
  return endpoint.handle({
    ...world,
    principal: caller,
    params,
    query: request.query,
    body: parseBody(request.body),
    readsAsOf: request.readsAsOf,
  });
}

function admit(principal: Principal | undefined, credential: Credential, access: Access, world: World): Principal {
  const isVerification = access.scope === 'verification';
  if (principal === undefined)
    throw isVerification ? invalidApiToken() : credentialRefused(credential, world.assumptions);
  if (principal.status !== 'active' && !isVerification) throw credentialRefused(credential, world.assumptions);
  return principal;
}

function parseBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw refusal(400, 6007, 'Malformed JSON in request body'); // Assumption: from memory
  }
}

function unroutable(path: string, { assumptions }: World): ApiError {
  return new ApiError(assumptions.malformedIdStatus, [
    { code: 7003, message: `Could not route to ${path}, perhaps your object identifier is invalid?` },
    { code: 7000, message: 'No route for that URI' },
  ]);
}

function rateLimited(resetSeconds: number, { assumptions }: World, { options }: RateLimiter): ApiError {
  const message = `More than ${options.quota} requests per ${options.windowSeconds} seconds reached. Please wait and consider throttling your request speed`;
  const headers: Record<string, string> = options.sendRetryAfter ? { 'Retry-After': String(resetSeconds) } : {};
  return new ApiError(429, [{ code: assumptions.rateLimitCode, message }], headers);
}

function succeeded(reply: Reply, headers: Record<string, string>, tokenId: string): Answer {
  if (reply.kind === 'text') {
    return {
      status: 200,
      headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
      body: reply.text,
      tokenId,
    };
  }
  return { status: 200, headers, body: JSON.stringify(successEnvelope(reply)), tokenId };
}

function failed(error: unknown, headers: Record<string, string>, tokenId: string): Answer {
  const known =
    error instanceof ApiError ? error : refusal(500, 1000, `Internal error of the emulator: ${String(error)}`);
  return {
    status: known.status,
    headers: { ...headers, ...known.headers },
    body: JSON.stringify(failureEnvelope(known.errors)),
    tokenId,
  };
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, error };
  }
}
