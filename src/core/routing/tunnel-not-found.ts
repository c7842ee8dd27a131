/** Explains why a request has no Tunnel, and which Tunnels it can name instead. */
import { DEFAULT_TUNNEL_ANNOTATION } from '../../api/names.ts';
import type { Tunnel } from '../../api/objects.ts';
import { compare, keyOf } from '../keys.ts';
import type { Problem } from '../model/route.ts';
import type { RouteRequest } from '../model/route-request.ts';
import { listed } from '../quote.ts';
import { isBeingDeleted, namespaceProblem } from './admission.ts';
import type { Attachable } from './attachable.ts';

/** `tunnel`: the one that is meant, if it exists and is being deleted. */
export function tunnelNotFound(request: RouteRequest, tunnel: Tunnel | undefined, to: Attachable): Problem {
  return { reason: 'TunnelNotFound', message: `${causeOf(request, tunnel)}. ${adviceFor(request, to)}` };
}

function causeOf({ tunnel: named }: RouteRequest, tunnel: Tunnel | undefined): string {
  if (tunnel !== undefined) return `Tunnel ${keyOf(tunnel)} is being deleted`;
  if (named !== undefined) return `Tunnel ${named} does not exist`;
  return `No Tunnel is named and none is annotated ${DEFAULT_TUNNEL_ANNOTATION}: "true"`;
}

/** Names only Tunnels that admit the namespace: others may be none of its business. */
function adviceFor({ kind, namespace, fields }: RouteRequest, { tunnels, namespaces }: Attachable): string {
  const open = [...tunnels.values()].filter(
    (tunnel) => !isBeingDeleted(tunnel) && namespaceProblem(namespace, tunnel, namespaces) === undefined,
  );
  return open.length === 0
    ? `Create a Tunnel in namespace ${namespace}: no Tunnel admits this ${kind} yet`
    : `Set ${fields.tunnel} to a Tunnel that admits this ${kind}: ${listed(open.map(keyOf).toSorted(compare))}`;
}
