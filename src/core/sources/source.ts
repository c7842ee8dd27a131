import type { Condition } from '../../api/conditions.ts';
import type { KubeObject, Tunnel } from '../../api/objects.ts';
import type { Route } from '../model/route.ts';
import type { RouteParents } from '../model/route-parent.ts';
import type { RouteRequest } from '../model/route-request.ts';
import type { Parsers } from './parsers.ts';
import type { RelatedObjects } from './related.ts';

/** What the status of an object may say about its exposure. */
export interface Exposure {
  /** Absent: the object does not request to be exposed. */
  readonly condition?: Condition;
  /** The name that records of its hostnames lead to. Absent: none of its routes is published. */
  readonly target?: string;
  /** How its Gateways take it. */
  readonly parents?: RouteParents;
  /** None of its routes is served, for the reason in the condition. */
  readonly isRefused?: true;
  /** When this is reported; RFC 3339, second precision. */
  readonly now?: string;
}

export type Standing = Pick<Condition, 'status' | 'reason' | 'message'>;

/** The object is not exposed, and its status says nothing about it. */
export const NO_EXPOSURE: Exposure = {};

/** What decides, besides a route, where it may lead. */
export interface OriginFacts<Source extends KubeObject = KubeObject> {
  /** The object that the route comes from; `undefined`: it is gone. */
  readonly object: Source | undefined;
  /** The Tunnel that publishes the route; `undefined`: it is gone. */
  readonly tunnel: Tunnel | undefined;
  readonly related: RelatedObjects;
}

/**
 * A kind of object that routes come from. Everything else (attachment, claims, last good state, finalizers, records)
 * works on the `RouteRequest` and is the same for every kind.
 */
export interface RouteSource<Source extends KubeObject = KubeObject> {
  readonly kind: string;
  /** Whether an object requests to be exposed. One that is being deleted does not. */
  requestsExposure(object: Source, related: RelatedObjects): boolean;
  /**
   * Parses an object that requests to be exposed. The result depends only on the object and on what it reads of others,
   * so an object is parsed again only when one of them has changed.
   */
  parse(object: Source, parsers: Parsers, related: RelatedObjects): RouteRequest;
  /**
   * Whether a route may lead to its origin. This is the check before publishing, and it does not trust the parser: a
   * person may have edited `routes.json`.
   */
  isOwnOrigin(route: Route, facts: OriginFacts<Source>): boolean;
  /** The condition in which the object's status says how it is exposed. Absent: its status has no conditions. */
  conditionOf?(object: Source): Condition | undefined;
  /** Of a kind whose status has no conditions: how an object stands, as far as the object tells. */
  standingOf?(object: Source, related: RelatedObjects): Standing;
  /** Whether the status of an object is ours to write, as far as the kind allows. Absent: always. */
  isStatusOurs?(object: Source, related: RelatedObjects): boolean;
  /** Whether the object's status says this already. */
  isReported(object: Source, exposure: Exposure): boolean;
  /** Other controllers write to the same list of the status, so it is replaced only as it was read. */
  readonly isStatusShared?: true;
  /** The status to write to an object. It removes what was written before and is not said any more. */
  statusWith(object: Source, exposure: Exposure): unknown;
}
