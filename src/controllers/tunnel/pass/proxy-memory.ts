import type { ObjectKey } from '../../../api/objects.ts';
import type { FittedRoutes } from '../../../core/ingress/budget.ts';
import type { OriginRequest, Route } from '../../../core/model/route.ts';
import type { ProxyFiles } from '../../../core/proxy/files.ts';
import type { Computed } from '../../../core/proxy/computed.ts';

/** What the configuration of the proxies is compiled from, besides pods. */
export interface ProxyInput {
  readonly routes: readonly Route[];
  /** Routes whose clusters stay, or are there already. */
  readonly before: readonly Route[];
  /** Hostnames that connectors may still lead to the proxy, in a stable order. */
  readonly kept: readonly string[];
  /** Settings for origins that the Tunnel has for all of its routes. */
  readonly defaults: OriginRequest | undefined;
}

/** What is remembered of the configuration of a Tunnel's proxies. */
export interface ProxyMemory {
  /** Services whose pods it names. */
  readonly services: ReadonlySet<ObjectKey>;
  /** Pods of one of them have come or gone since it was made. */
  readonly isOutdated: boolean;
  /** The routes that it was made from; absent until it is made for the first time. */
  readonly routes?: readonly Route[];
  /** Routes that it was made from until a while ago. */
  readonly former: readonly Route[];
  /** It was written, and not every kubelet has been told. */
  readonly isUntold: boolean;
  /** The configuration, without certificates. */
  readonly compiled?: Computed<ProxyInput, ProxyFiles>;
  /** Which routes have room in it. */
  readonly fitted?: Computed<Pick<ProxyInput, 'routes' | 'defaults'>, FittedRoutes>;
  /** What every kubelet was told of. */
  readonly told?: { readonly hash: string; readonly hostnames: ReadonlySet<string> };
}

export const NO_PROXY: ProxyMemory = { services: new Set(), isOutdated: false, former: [], isUntold: false };
