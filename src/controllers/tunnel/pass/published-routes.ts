/** Reads what a Tunnel has published, from its ConfigMap as the watch last showed it. */
import type { ConfigMap } from '../../../api/objects.ts';
import { isOwnedBy } from '../../../core/owned.ts';
import type { Route } from '../../../core/model/route.ts';
import type { Cache } from './ports.ts';
import type { TunnelPass } from './tunnel-pass.ts';

export interface PublishedRoutesPort {
  readonly configMaps: Cache<ConfigMap>;
  /** The routes that a ConfigMap holds; `undefined` if it cannot be read. */
  readonly routesIn: (configMap: ConfigMap) => readonly Route[] | undefined;
}

type Target = Pick<TunnelPass, 'tunnel' | 'workload'>;

export function publishedRoutes(port: PublishedRoutesPort, target: Target): readonly Route[] {
  return read(port, target) ?? [];
}

/** `unknown`: the ConfigMap has been removed or broken since it was published. */
export function publishedRoutesOrUnknown(port: PublishedRoutesPort, target: Target): readonly Route[] | 'unknown' {
  const neverPublished = target.tunnel.status?.config?.hash === undefined;
  return read(port, target) ?? (neverPublished ? [] : 'unknown');
}

/** Ignores a ConfigMap that this Tunnel does not own. */
export function ownConfigMap(
  { configMaps }: Pick<PublishedRoutesPort, 'configMaps'>,
  { tunnel, workload }: Target,
): ConfigMap | undefined {
  const configMap = configMaps.get(workload);
  return configMap !== undefined && isOwnedBy(configMap, tunnel) ? configMap : undefined;
}

function read(port: PublishedRoutesPort, target: Target): readonly Route[] | undefined {
  const configMap = ownConfigMap(port, target);
  return configMap && port.routesIn(configMap);
}
