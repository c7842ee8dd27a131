/** What a user asks of a Tunnel from the command line: how the object changes, and when the operator has done it. */
import { RECONCILE_ANNOTATION, ROTATE_TOKEN_ANNOTATION } from '../../api/names.ts';
import type { Condition } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';

/** `value`: new for each request, so that two of them are told apart. */
export type SteeringRequest =
  { readonly kind: 'suspend' | 'resume' } | { readonly kind: 'reconcile' | 'rotate'; readonly value: string };

export type SteeringKind = SteeringRequest['kind'];

export function requestOf(kind: SteeringKind, value: string): SteeringRequest {
  return kind === 'reconcile' || kind === 'rotate' ? { kind, value } : { kind };
}

/** The merge patch that makes the request. */
export function patchFor(request: SteeringRequest): object {
  if (!('value' in request)) return { spec: { suspend: request.kind === 'suspend' } };
  const annotation = request.kind === 'rotate' ? ROTATE_TOKEN_ANNOTATION : RECONCILE_ANNOTATION;
  return { metadata: { annotations: { [annotation]: request.value } } };
}

/** Why a request has no effect on a Tunnel as it is; `undefined`: it has one. */
export function pointless(request: SteeringRequest, tunnel: Tunnel): string | undefined {
  if (tunnel.metadata.deletionTimestamp !== undefined) return 'it is being deleted';
  const isPaused = tunnel.spec.suspend === true && (request.kind === 'reconcile' || request.kind === 'rotate');
  return isPaused ? 'it is suspended, so the operator changes nothing. Resume it first: cftunnel resume' : undefined;
}

/** What the user reads once the request is made. */
export const REQUESTED: Readonly<Record<SteeringKind, string>> = {
  suspend: 'suspended: the operator changes nothing until it is resumed',
  resume: 'resumed',
  reconcile: 'asked to compare everything with Cloudflare now',
  rotate: 'asked to rotate the token',
};

/** What the user reads once the operator has done it. */
export const DONE: Readonly<Record<SteeringKind, string>> = {
  suspend: 'the operator has let go of it',
  resume: 'ready',
  reconcile: 'compared with Cloudflare, and ready',
  rotate: 'the token is rotated, and every connector has the new one',
};

export type Progress =
  | { readonly kind: 'done' }
  | { readonly kind: 'waiting'; readonly for: string }
  /** It will not be done unless a user acts. */
  | { readonly kind: 'stuck'; readonly why: string };

/** How far the operator is, as far as the status of the Tunnel tells. */
export function progressOf(request: SteeringRequest, tunnel: Tunnel): Progress {
  const ready = conditionOf(tunnel, 'Ready');
  if (ready === undefined || !isAnswered(request, tunnel))
    return { kind: 'waiting', for: 'the operator has not answered yet' };
  if (request.kind === 'suspend') return { kind: 'done' };
  const stalled = conditionOf(tunnel, 'Stalled');
  if (stalled?.status === 'True') return { kind: 'stuck', why: sentenceOf(stalled) };
  const reconciling = conditionOf(tunnel, 'Reconciling');
  if (ready.status !== 'True') return { kind: 'waiting', for: sentenceOf(ready) };
  return reconciling === undefined ? { kind: 'done' } : { kind: 'waiting', for: sentenceOf(reconciling) };
}

/** Whether the operator has carried out a pass since the request. */
function isAnswered(request: SteeringRequest, { metadata, status }: Tunnel): boolean {
  if ('value' in request) {
    const { handled } = (request.kind === 'rotate' ? status?.tokenRotation : status?.reconcile) ?? {};
    return handled === request.value;
  }
  const isCurrent = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const isSuspended = status?.conditions?.some(({ type, reason }) => type === 'Ready' && reason === 'Suspended');
  return isCurrent && isSuspended === (request.kind === 'suspend');
}

function conditionOf({ status }: Tunnel, type: string): Pick<Condition, 'status' | 'reason' | 'message'> | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

function sentenceOf({ reason, message }: Pick<Condition, 'reason' | 'message'>): string {
  return `${reason}: ${message}`;
}
