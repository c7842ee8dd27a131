/** The Tunnel that takes over a remote tunnel. */
import { API_VERSION, TUNNEL_KIND } from '../../api/names.ts';
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { compare, splitKey } from '../keys.ts';
import type { OriginRequest } from '../model/route.ts';
import type { Takeover } from './takeover.ts';

/** A single connector is replaced without a loss, but does not survive its node. */
const MIN_REPLICAS = 2;

export interface TunnelParts {
  readonly originRequest: OriginRequest | undefined;
  /** The Services with routes. */
  readonly services: readonly ObjectKey[];
}

export function tunnelFor(takeover: Takeover, { originRequest, services }: TunnelParts): Tunnel {
  const { spec, tunnel, credentials, fallback } = takeover;
  const { protocol, ...remote } = spec;
  const cloudflared = { ...(protocol === undefined ? {} : { protocol }), ...takeover.scheduling };
  return {
    apiVersion: API_VERSION,
    kind: TUNNEL_KIND,
    metadata: splitKey(tunnel),
    spec: {
      credentialsRef: { name: credentials },
      ...remote,
      replicas: Math.max(MIN_REPLICAS, takeover.replicas),
      ...admission(splitKey(tunnel).namespace, services),
      dns: { onConflict: 'Adopt' },
      ...(originRequest === undefined ? {} : { originRequest }),
      ...(fallback === 'http_status:404' ? {} : { fallback }),
      ...(Object.keys(cloudflared).length === 0 ? {} : { cloudflared }),
    },
  };
}

/** Admits the namespaces of the Services, and no others. */
function admission(own: string, services: readonly ObjectKey[]): Pick<TunnelSpec, 'allowedRoutes'> {
  const namespaces = [...new Set(services.map((key) => splitKey(key).namespace))].toSorted(compare);
  if (namespaces.every((namespace) => namespace === own)) return {};
  const expression = { key: 'kubernetes.io/metadata.name', operator: 'In' as const, values: namespaces };
  return { allowedRoutes: { namespaces: { from: 'Selector', selector: { matchExpressions: [expression] } } } };
}
