import { refusal, type ApiError } from '../http/api-error.ts';
import type { Call } from '../http/endpoint.ts';
import { param } from '../http/endpoint.ts';
import type { Tunnel } from '../state/model.ts';

/** The tunnel in the path, even if it is deleted (soft deletion). */
export function tunnelInPath(call: Call): Tunnel {
  const tunnel = call.cloud.tunnels.get(param(call, 'tunnel'));
  if (tunnel?.accountId !== param(call, 'account')) throw tunnelNotFound(call);
  return tunnel;
}

/** The tunnel in the path, if it is not deleted. */
export function liveTunnelInPath(call: Call): Tunnel {
  const tunnel = tunnelInPath(call);
  if (tunnel.deletedAt !== null) throw tunnelNotFound(call);
  return tunnel;
}

export function tunnelNotFound({ assumptions }: Pick<Call, 'assumptions'>): ApiError {
  return refusal(404, assumptions.tunnelNotFoundCode, 'Tunnel not found');
}

/** An error for an invalid request body. Assumption: the code. */
export function invalidTunnelRequest(message: string): ApiError {
  return refusal(400, 1004, message);
}
