/** How the Gateways that a route names take it. */
import type { ConditionStatus } from '../../api/conditions.ts';
import type { ParentReference } from '../../api/gateway-objects.ts';
import type { ObjectKey } from '../../api/objects.ts';

/** A condition before it is known when it began. */
export interface ParentCondition {
  readonly type: 'Accepted' | 'ResolvedRefs' | 'PartiallyInvalid';
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
}

/** One reference of a route to a Gateway of ours. */
export interface RouteParent {
  /** As the route states it. */
  readonly reference: ParentReference;
  readonly gateway: ObjectKey;
  /** Names of the listeners that the route is attached to. */
  readonly listeners: readonly string[];
  readonly conditions: readonly ParentCondition[];
}

/** What the status of a route says about its parents. */
export interface RouteParents {
  /** The generation of the route that was looked at. */
  readonly generation: number;
  readonly parents: readonly RouteParent[];
  /** BackendTLSPolicies that name a Service of the route. */
  readonly policies?: readonly ObjectKey[];
}
