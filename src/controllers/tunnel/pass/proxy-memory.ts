import type { ObjectKey } from '../../../api/objects.ts';
import type { Route } from '../../../core/model/route.ts';

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
  /** What every kubelet was told of. */
  readonly told?: { readonly hash: string; readonly hostnames: ReadonlySet<string> };
}

export const NO_PROXY: ProxyMemory = { services: new Set(), isOutdated: false, former: [], isUntold: false };
