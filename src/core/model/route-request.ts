import type { ObjectKey } from '../../api/objects.ts';
import type { Hostname } from './hostname.ts';
import type { Balance, PathMatch, Problem, Route, Warning } from './route.ts';
import type { RouteParents } from './route-parent.ts';
import type { SourceKey } from './source.ts';

/** The routes that an object requests, before any Tunnel is known. Every kind of source is parsed into this. */
export interface RouteRequest {
  readonly source: SourceKey;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** RFC 3339; the older of two requests for the same path gets it. */
  readonly createdAt: string;
  /** Our finalizer is on the object, so its routes may be published. */
  readonly hasFinalizer: boolean;
  /** Absent: the default Tunnel is meant. */
  readonly tunnel: ObjectKey | undefined;
  readonly routes: readonly ParsedRoute[];
  /**
   * What is wrong with the whole request: its last good routes stay as they are. A kind whose routes do not depend on
   * each other leaves the problems of single routes to them.
   */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  /** Why the object must not be exposed at all, not even as it was last published. */
  readonly forbidden: Problem | undefined;
  readonly fields: RequestFields;
  /** All of its routes are to be protected by Access, so none may be served that is not. */
  readonly asksForAccess?: true;
  /**
   * The namespace that the Tunnel has to admit, where another object has admitted this one. Absent: that of the object
   * itself.
   */
  readonly admittedIn?: string;
  /** Of a route of a Gateway. */
  readonly parents?: RouteParents;
  /** What the same object requests of other Tunnels, each with a source key of its own. */
  readonly others?: readonly RouteRequest[];
}

/** The requests of one object, one for each Tunnel. */
export function requestsOf(request: RouteRequest): readonly RouteRequest[] {
  return request.others === undefined ? [request] : [request, ...request.others];
}

/** Routes to one target. */
export interface ParsedRoute {
  /** Empty: `<name>.<domain of the Tunnel>` is meant. */
  readonly hostnames: readonly Hostname[];
  /** Absent only if `problems` says why. */
  readonly target?: Target;
  /** Of a route without a target: the path for which its last good rule stays. Absent: every path. */
  readonly path?: PathMatch;
  /** Of a route without a target: its path is invalid, so it may be any that the others leave. */
  readonly isPathUnknown?: true;
  /** Of a route without a target: not even its last good rule may stay. */
  readonly isForbidden?: true;
  /** Applied when the defaults of the Tunnel are known. */
  readonly balance?: Balance;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** A route without its hostname. */
export type Target = Omit<Route, 'source' | 'hostname' | 'isLeaving' | 'isUnrecorded'>;

/** How messages name the fields in which a kind of source states its request. */
export interface RequestFields {
  readonly tunnel: string;
  readonly hostname: string;
  readonly routes: string;
  /** The reason of a problem with one of these fields. */
  readonly reason: 'InvalidAnnotation' | 'InvalidSpec';
}
