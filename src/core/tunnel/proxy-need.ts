/** Decides whether connectors have a proxy beside cloudflared. */
import type { TunnelSettings } from '../model/tunnel-settings.ts';

export interface ProxyNeed {
  readonly hasProxy: boolean;
  /** It stays only until no connector leads a request to it any more. */
  readonly isRetiring: boolean;
}

export interface ProxyUse {
  /** Rules that are published, or about to be, lead to it. */
  readonly isWanted: boolean;
  /** Connectors may follow earlier rules that lead to it, without being replaced. */
  readonly isInUse: boolean;
}

export function proxyNeed({ mode }: TunnelSettings['proxy'], { isWanted, isInUse }: ProxyUse): ProxyNeed {
  const isNeeded = isWanted || mode === 'Always';
  return { hasProxy: isNeeded || isInUse, isRetiring: !isNeeded && isInUse };
}

/** Why no route can be served through the proxy; `undefined`: it can. */
export function whyNoProxy({ mode }: TunnelSettings['proxy'], areEndpointsKnown: boolean): string | undefined {
  if (mode === 'Off') return 'spec.proxy.mode of the Tunnel is Off. Set it to Auto';
  return areEndpointsKnown ? undefined : 'the operator may not list EndpointSlices, from which the proxy gets the pods';
}
