/** Whether the status of an object says something already, whatever others have added to it. */
import type { Condition } from '../../api/conditions.ts';
import type { Gateway, GatewayClass, ListenerSet, ListenerStatus } from '../../api/gateway-objects.ts';
import { sameJson } from '../equal.ts';
import type { ClassStatus } from './class-status.ts';
import type { GatewayStatus } from './gateway-status.ts';
import type { ListenerSetStatus } from './listener-set-status.ts';

export function isGatewayTold({ status }: Gateway, wanted: GatewayStatus): boolean {
  return (
    sameJson(status?.addresses ?? [], wanted.addresses) &&
    status?.attachedListenerSets === wanted.attachedListenerSets &&
    areListenersTold(status, wanted)
  );
}

export function isListenerSetTold({ status }: ListenerSet, wanted: ListenerSetStatus): boolean {
  return areListenersTold(status, wanted);
}

function areListenersTold(told: ListenerSet['status'], wanted: ListenerSetStatus): boolean {
  const listeners = told?.listeners ?? [];
  return (
    hasConditions(told?.conditions, wanted.conditions) &&
    listeners.length === wanted.listeners.length &&
    wanted.listeners.every((listener) => isListenerTold(listener, listeners))
  );
}

export function isClassTold({ status }: GatewayClass, wanted: ClassStatus): boolean {
  return (
    hasConditions(status?.conditions, wanted.conditions) &&
    sameJson(status?.supportedFeatures ?? [], wanted.supportedFeatures)
  );
}

/**
 * Whether the status says already that a class is accepted, or is not. Several operators that describe a class, each for
 * a namespace and perhaps of different releases, would correct each other for ever in anything else.
 */
export function isAcceptanceTold({ status }: GatewayClass, { conditions: [accepted] }: ClassStatus): boolean {
  const told = status?.conditions?.find(({ type }) => type === accepted?.type);
  return (
    told?.status === accepted?.status &&
    told?.reason === accepted?.reason &&
    told?.observedGeneration === accepted?.observedGeneration
  );
}

function isListenerTold({ conditions, ...wanted }: ListenerStatus, told: readonly ListenerStatus[]): boolean {
  const found = told.find(({ name }) => name === wanted.name);
  if (found === undefined) return false;
  const { conditions: toldConditions, ...rest } = found;
  return (
    sameJson({ ...rest, supportedKinds: rest.supportedKinds ?? [] }, wanted) &&
    hasConditions(toldConditions, conditions)
  );
}

function hasConditions(told: readonly Condition[] | undefined, wanted: readonly Condition[]): boolean {
  return wanted.every((condition) =>
    sameJson(
      told?.find(({ type }) => type === condition.type),
      condition,
    ),
  );
}
