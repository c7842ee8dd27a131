import { RECONCILE_ANNOTATION } from '../../api/names.ts';
import type { Tunnel } from '../../api/objects.ts';

/** What a user requests by annotation; each new value is one request. */
export function reconcileRequest({ metadata }: Tunnel): string | undefined {
  return metadata.annotations?.[RECONCILE_ANNOTATION];
}

/** Whether a pass that reads everything anew is requested and has not taken place yet. */
export function isReconcileRequested(tunnel: Tunnel): boolean {
  const request = reconcileRequest(tunnel);
  return request !== undefined && request !== tunnel.status?.reconcile?.handled;
}
