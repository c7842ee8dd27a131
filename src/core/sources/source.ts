import type { Condition } from '../../api/conditions.ts';
import type { KubeObject } from '../../api/objects.ts';
import type { Route } from '../model/route.ts';
import type { RouteRequest } from '../model/route-request.ts';
import type { Parsers } from './parsers.ts';

/**
 * A kind of object that routes come from. Everything else (attachment, claims, last good state, finalizers, records)
 * works on the `RouteRequest` and is the same for every kind.
 */
export interface RouteSource<Source extends KubeObject = KubeObject> {
  readonly kind: string;
  /** Whether an object requests to be exposed. One that is being deleted does not. */
  requestsExposure(object: Source): boolean;
  /** Parses an object that requests to be exposed. It depends on the object alone, so it runs once per version. */
  parse(object: Source, parsers: Parsers): RouteRequest;
  /**
   * Whether a route may lead to its origin. This is the check before publishing, and it does not trust the parser: a
   * person may have edited `routes.json`.
   */
  isOwnOrigin(route: Route): boolean;
  /** The condition in which the object's status says how it is exposed. */
  conditionOf(object: Source): Condition | undefined;
  /** The status to apply to an object; without a condition, it removes what was applied before. */
  statusWith(object: Source, condition: Condition | undefined): unknown;
}
