/** What a route can ask for beyond a hostname, a path and one Service. The proxy beside each connector does it. */
import type { ObjectKey } from '../../api/objects.ts';
import type { CaPoolReference } from './ca-pool-reference.ts';

export interface ProxyRule {
  /** Conditions besides hostname and path. A request must meet all of them. */
  readonly match?: RequestMatch;
  /** Applied in this order. */
  readonly filters?: readonly Filter[];
  /** Requests are divided among them by weight. If no weight is above 0, every request is answered with 500. */
  readonly backends: readonly WeightedBackend[];
  readonly timeouts?: Timeouts;
  readonly retry?: Retry;
  /** A visitor stays with one pod. */
  readonly session?: Session;
  /** cloudflared forwards HTTP/2, which gRPC needs for its trailers. */
  readonly isHttp2?: true;
}

export interface RequestMatch {
  /** Upper case. */
  readonly method?: string;
  /** Names in lower case. */
  readonly headers?: readonly ValueMatch[];
  readonly query?: readonly ValueMatch[];
}

export interface ValueMatch {
  readonly name: string;
  readonly value: string;
  /** `value` is an RE2 pattern of the whole value. Absent: the value itself. */
  readonly isPattern?: true;
}

export interface WeightedBackend {
  /** 0 to 1,000,000. */
  readonly weight: number;
  /** Absent: the reference is invalid, and its share of the requests is answered with 500. */
  readonly backend?: Backend;
  /** Applied only to requests that this backend gets. */
  readonly filters?: readonly Filter[];
}

/** A port of a Service, whose ready pods are the endpoints. */
export interface Backend {
  readonly service: ObjectKey;
  /** The port of the Service, not of its pods. */
  readonly port: number;
  readonly protocol: BackendProtocol;
  /** How the server is verified, with protocol `https`. Absent: it is not verified. */
  readonly tls?: BackendTls;
  /** With protocol `https`: HTTP/2 is used if the server offers it. */
  readonly isHttp2?: true;
}

/** `h2c`: HTTP/2 without TLS, as gRPC servers speak it. */
export type BackendProtocol = 'http' | 'https' | 'h2c';

export interface BackendTls {
  /** What the handshake asks for, and what the certificate has to be valid for. */
  readonly serverName: string;
  /** Any of these, instead of the server name, is what the certificate has to be valid for. */
  readonly subjectAltNames?: readonly SubjectAltName[];
  /** Absent: the certificates of the system. */
  readonly caPool?: CaPoolReference;
}

export interface SubjectAltName {
  readonly type: 'DNS' | 'URI';
  readonly value: string;
}

/** Durations are in milliseconds; 0 is no limit. */
export interface Timeouts {
  /** From the whole request of a visitor to the whole answer, retries included. */
  readonly requestMs?: number;
  /** Of a single attempt. */
  readonly attemptMs?: number;
}

export interface Retry {
  readonly attempts: number;
  /** Status codes that are tried again. A connection that fails before an answer always is. */
  readonly codes: readonly number[];
  readonly backoffMs?: number;
}

export type Session =
  /** `lifetimeMs` absent: until the visitor closes the browser. `path`: where the cookie is sent. */
  | { readonly type: 'Cookie'; readonly name: string; readonly path: string; readonly lifetimeMs?: number }
  | { readonly type: 'Header'; readonly name: string };

export type Filter =
  | ({ readonly type: 'RequestHeaders' | 'ResponseHeaders' } & HeaderChange)
  | ({ readonly type: 'Redirect' } & Redirect)
  | ({ readonly type: 'Rewrite' } & Rewrite)
  | ({ readonly type: 'Mirror' } & Mirror)
  | ({ readonly type: 'Cors' } & Cors);

export interface HeaderChange {
  readonly set?: readonly Header[];
  readonly add?: readonly Header[];
  readonly remove?: readonly string[];
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

export interface Redirect {
  readonly scheme?: 'http' | 'https';
  readonly hostname?: string;
  readonly port?: number;
  readonly path?: PathRewrite;
  readonly statusCode: 301 | 302 | 303 | 307 | 308;
}

export interface Rewrite {
  readonly hostname?: string;
  readonly path?: PathRewrite;
}

/** `Prefix` replaces only what the path match of the route has matched. */
export interface PathRewrite {
  readonly type: 'Full' | 'Prefix';
  readonly value: string;
}

/** Sends a copy of a request, and ignores the answer to it. */
export interface Mirror {
  readonly backend: Backend;
  /** Of `denominator` requests, so many are copied. Absent: all. */
  readonly fraction?: { readonly numerator: number; readonly denominator: number };
}

export interface Cors {
  /** `*`, an origin, or an origin with a wildcard such as `https://*.example.com`. */
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds: number;
}

/** The conditions of a match as text, the same for equal conditions in any order. */
export function describeMatch({ method, headers = [], query = [] }: RequestMatch): string {
  const parts = [
    ...(method === undefined ? [] : [method]),
    ...headers.map((match) => `header ${describeValue(match)}`).toSorted(),
    ...query.map((match) => `query ${describeValue(match)}`).toSorted(),
  ];
  return parts.join(', ');
}

function describeValue({ name, value, isPattern }: ValueMatch): string {
  return isPattern === true ? `${name} =~ ${value}` : `${name} = ${value}`;
}
