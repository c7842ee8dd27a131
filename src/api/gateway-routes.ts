/** HTTPRoutes and GRPCRoutes, as far as they are read. */
import type { ObjectReference, ParentReference, RouteStatus } from './gateway-objects.ts';
import type { KubeObject } from './objects.ts';

export interface BackendReference extends ObjectReference {
  readonly port?: number;
}

export interface WeightedReference extends BackendReference {
  readonly weight?: number;
  readonly filters?: readonly RouteFilter[];
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** `type`: `Exact`, or `RegularExpression`. */
export interface NamedMatch extends NamedValue {
  readonly type?: string;
}

export interface HeaderModifier {
  readonly set?: readonly NamedValue[];
  readonly add?: readonly NamedValue[];
  readonly remove?: readonly string[];
}

export interface PathModifier {
  readonly type: string;
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
}

export interface RouteFilter {
  readonly type: string;
  readonly requestHeaderModifier?: HeaderModifier;
  readonly responseHeaderModifier?: HeaderModifier;
  readonly requestRedirect?: {
    readonly scheme?: 'http' | 'https';
    readonly hostname?: string;
    readonly port?: number;
    readonly path?: PathModifier;
    readonly statusCode?: 301 | 302 | 303 | 307 | 308;
  };
  readonly urlRewrite?: { readonly hostname?: string; readonly path?: PathModifier };
  readonly requestMirror?: {
    readonly backendRef: BackendReference;
    readonly percent?: number;
    readonly fraction?: { readonly numerator: number; readonly denominator?: number };
  };
  readonly cors?: {
    readonly allowOrigins?: readonly string[];
    readonly allowMethods?: readonly string[];
    readonly allowHeaders?: readonly string[];
    readonly exposeHeaders?: readonly string[];
    readonly allowCredentials?: boolean;
    readonly maxAge?: number;
  };
}

/** Of the experimental channel. */
export interface SessionPersistence {
  readonly sessionName?: string;
  readonly type?: 'Cookie' | 'Header';
  readonly absoluteTimeout?: string;
  readonly cookieConfig?: { readonly lifetimeType?: 'Session' | 'Permanent' };
}

/** What the rules of both kinds have in common. */
export interface RouteRule {
  readonly filters?: readonly RouteFilter[];
  readonly backendRefs?: readonly WeightedReference[];
  readonly sessionPersistence?: SessionPersistence;
}

export interface HttpRouteMatch {
  readonly path?: { readonly type?: string; readonly value?: string };
  readonly headers?: readonly NamedMatch[];
  readonly queryParams?: readonly NamedMatch[];
  readonly method?: string;
}

export interface HttpRouteRule extends RouteRule {
  readonly matches?: readonly HttpRouteMatch[];
  readonly timeouts?: { readonly request?: string; readonly backendRequest?: string };
  /** Of the experimental channel. */
  readonly retry?: { readonly codes?: readonly number[]; readonly attempts?: number; readonly backoff?: string };
}

export interface GrpcRouteMatch {
  readonly method?: { readonly type?: string; readonly service?: string; readonly method?: string };
  readonly headers?: readonly NamedMatch[];
}

export interface GrpcRouteRule extends RouteRule {
  readonly matches?: readonly GrpcRouteMatch[];
}

/** A route of the Gateway API, whatever its rules are. */
export interface GatewayRoute<Rule extends RouteRule = RouteRule> extends KubeObject {
  readonly spec: {
    readonly parentRefs?: readonly ParentReference[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly Rule[];
  };
  readonly status?: RouteStatus;
}

export type HttpRoute = GatewayRoute<HttpRouteRule>;
export type GrpcRoute = GatewayRoute<GrpcRouteRule>;
