import type { AccessPolicy, AccessServiceToken } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { readyOf } from './report.ts';

/** An AccessPolicy or AccessServiceToken in numbers and words, for metrics. */
export interface AccessFigure {
  readonly kind: string;
  readonly object: string;
  /** Of its condition `Ready`; absent until the operator has seen it. */
  readonly ready?: { readonly status: string; readonly reason: string };
  /** RFC 3339; absent: it does not end. */
  readonly expiresAt?: string;
}

export function accessFigures(
  policies: readonly AccessPolicy[],
  tokens: readonly AccessServiceToken[],
): readonly AccessFigure[] {
  return [...policies.map(figureOf), ...tokens.map((token) => ({ ...figureOf(token), ...expiryOf(token) }))];
}

function figureOf(object: AccessPolicy | AccessServiceToken): AccessFigure {
  const ready = readyOf(object.status);
  const { kind } = object;
  if (ready === undefined) return { kind, object: keyOf(object) };
  return { kind, object: keyOf(object), ready: { status: ready.status, reason: ready.reason } };
}

function expiryOf({ status }: AccessServiceToken): Pick<AccessFigure, 'expiresAt'> {
  return status?.expiresAt === undefined ? {} : { expiresAt: status.expiresAt };
}
