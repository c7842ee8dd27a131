/** Finds the Service and the port that a path of an Ingress leads to. */
import type { IngressBackend } from '../../../api/objects.ts';
import type { Problem } from '../../model/route.ts';
import type { SessionChoice } from '../annotations/choices.ts';
import type { Fields } from '../annotations/fields.ts';
import { foreignTarget } from '../backend/external-name.ts';
import { type OriginResult, originAt } from '../backend/origin.ts';
import type { RelatedObjects } from '../related.ts';
import { invalidSpec } from './paths.ts';

/** `isForbidden`: what was live must go too. */
export type BackendResult = OriginResult | { readonly problem: Problem; readonly isForbidden: true };

/** What the backends of an Ingress share. */
export interface BackendContext {
  readonly namespace: string;
  readonly fields: Fields;
  readonly related: RelatedObjects;
  readonly session: SessionChoice | undefined;
}

export function findBackend(
  { service: wanted, resource }: IngressBackend,
  place: string,
  { namespace, fields, related, session }: BackendContext,
): BackendResult {
  if (wanted === undefined)
    return { problem: invalidSpec(place, `leads to ${resource?.kind ?? 'nothing'}; only a Service can be reached`) };
  const key = `${namespace}/${wanted.name}`;
  const service = related.get('Service', key);
  if (service === undefined)
    return { problem: { reason: 'BackendNotFound', message: `${place}: Service ${key} does not exist` } };
  const forbidden = foreignTarget(service);
  if (forbidden !== undefined) return { problem: forbidden, isForbidden: true };
  const port = wanted.port?.name ?? wanted.port?.number;
  return originAt(
    service,
    { port: port === undefined ? undefined : String(port), place: `${place}.service.port`, session },
    fields,
  );
}
