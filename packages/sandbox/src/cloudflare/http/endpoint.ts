import type { Assumptions } from '../assumptions.ts';
import type { Cloud } from '../state/cloud.ts';
import type { Principal } from '../state/model.ts';
import type { ConnectorHub } from '../tunnels/connector-hub.ts';

/** The state of the emulated Cloudflare that endpoints use. */
export interface World {
  readonly cloud: Cloud;
  readonly connectors: ConnectorHub;
  readonly assumptions: Assumptions;
}

/** An authorized request. */
export interface Call extends World {
  readonly principal: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** The time whose state lists return. Set by a fault that makes reads lag behind writes. */
  readonly readsAsOf: number | undefined;
}

export interface Message {
  readonly code: number;
  readonly message: string;
  readonly type: string | null;
}

/** `result_info`. */
export interface PageInfo {
  readonly page: number;
  readonly per_page: number;
  readonly count: number;
  readonly total_count: number;
  readonly total_pages: number;
}

/** The response of an endpoint with status 200. */
export type Reply =
  | {
      readonly kind: 'json';
      readonly result: unknown;
      readonly page?: PageInfo;
      readonly messages?: readonly Message[];
    }
  | { readonly kind: 'text'; readonly text: string };

/** Who may call an endpoint. */
export type Access =
  /** Any active credential. */
  | { readonly scope: 'credential' }
  /** Any known credential, even a disabled one, because the endpoint reports its status. */
  | { readonly scope: 'verification' }
  /** A credential with one of these permission groups for the user, or for the account or zone in the path. */
  | { readonly scope: 'user' | 'account' | 'zone'; readonly anyOf: readonly string[] };

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Template. `:zone`, `:account` and `:record` are 32 hex digits, all other ids UUIDs. */
  readonly path: string;
  readonly access: Access;
  handle(call: Call): Reply;
}

/** A path parameter. The router guarantees that it is present and well-formed. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`endpoint without a :${name} parameter`);
  return value;
}

/** A reply with only a result. */
export function json(result: unknown): Reply {
  return { kind: 'json', result };
}
