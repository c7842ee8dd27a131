import type { RemoteTunnel } from '../../../core/tunnel/remote.ts';
import { CachedLists } from '../cached-list/cached-list.ts';

/** What one set of credentials has read of tunnels. */
export class TunnelLists {
  /** By account. */
  readonly tunnels = new CachedLists<readonly RemoteTunnel[]>();
  /** Ids of connectors, by tunnel. */
  readonly connectors = new CachedLists<readonly string[]>();
}
