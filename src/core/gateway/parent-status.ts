/** Describes in the status of a route how each of its Gateways takes it. */
import { type Condition, EXPOSED } from '../../api/conditions.ts';
import { GATEWAY_CONTROLLER, type ParentReference, type RouteParentStatus } from '../../api/gateway-objects.ts';
import type { GatewayRoute } from '../../api/gateway-routes.ts';
import { sameJson } from '../equal.ts';
import type { ParentCondition, RouteParent } from '../model/route-parent.ts';
import type { Exposure } from '../sources/source.ts';

/** Our condition is the same at every parent. */
export function exposedConditionOf(route: GatewayRoute): Condition | undefined {
  const [first] = entriesOf(route).ours;
  return first?.conditions?.find(({ type }) => type === EXPOSED);
}

/** The entries of all controllers: those of others as they are, followed by ours. */
export function parentsWith(route: GatewayRoute, exposure: Exposure): readonly RouteParentStatus[] {
  const { ours, others } = entriesOf(route);
  const { parents = [] } = exposure.parents ?? {};
  return [...others, ...parents.map((parent) => entryFor(parent, exposure, ours))];
}

function entriesOf({ status }: GatewayRoute): {
  readonly ours: readonly RouteParentStatus[];
  readonly others: readonly RouteParentStatus[];
} {
  const parents = status?.parents ?? [];
  return {
    ours: parents.filter(({ controllerName }) => controllerName === GATEWAY_CONTROLLER),
    others: parents.filter(({ controllerName }) => controllerName !== GATEWAY_CONTROLLER),
  };
}

function entryFor(
  { reference, conditions }: RouteParent,
  exposure: Exposure,
  ours: readonly RouteParentStatus[],
): RouteParentStatus {
  const parentRef = referenceOf(reference);
  const before = ours.find((entry) => sameJson(referenceOf(entry.parentRef), parentRef))?.conditions ?? [];
  const observedGeneration = exposure.parents?.generation ?? 0;
  const told = conditions.map((condition) => {
    const { type, status, reason, message } = refusedOr(condition, exposure);
    const previous = before.find((one) => one.type === type);
    const lastTransitionTime = previous?.status === status ? previous.lastTransitionTime : (exposure.now ?? '');
    return { type, status, reason, message, lastTransitionTime, observedGeneration };
  });
  const exposed = exposure.condition === undefined ? [] : [{ ...exposure.condition, observedGeneration }];
  const foreign = before.filter(({ type }) => !OUR_TYPES.has(type));
  return { parentRef, controllerName: GATEWAY_CONTROLLER, conditions: [...told, ...exposed, ...foreign] };
}

const OUR_TYPES: ReadonlySet<string> = new Set(['Accepted', 'ResolvedRefs', 'PartiallyInvalid', EXPOSED]);

/** What a Tunnel does not admit, and what an older route holds, is not accepted, although a listener would take it. */
const REFUSALS: ReadonlySet<string> = new Set(['HostnameConflict', 'NotAllowed']);

function refusedOr(own: ParentCondition, { condition, isRefused }: Exposure): ParentCondition {
  const isLost = isRefused === true && condition !== undefined && REFUSALS.has(condition.reason);
  if (own.type !== 'Accepted' || own.status !== 'True' || !isLost) return own;
  return { ...own, status: 'False', reason: condition.reason, message: condition.message };
}

/** Only the fields of the reference, in one order. */
function referenceOf({ group, kind, namespace, name, sectionName, port }: ParentReference): ParentReference {
  return {
    ...(group === undefined ? {} : { group }),
    ...(kind === undefined ? {} : { kind }),
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(sectionName === undefined ? {} : { sectionName }),
    ...(port === undefined ? {} : { port }),
  };
}
