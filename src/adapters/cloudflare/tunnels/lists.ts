import type { RemoteConfiguration } from '../../../core/remote-config/configuration.ts';
import type { Connector } from '../../../core/remote-config/applied.ts';
import type { RemoteTunnel } from '../../../core/tunnel/remote.ts';
import { CachedLists } from '../cached-list/cached-list.ts';

/** What one set of credentials has read of tunnels. */
export class TunnelLists {
  /** By account. */
  readonly tunnels = new CachedLists<readonly RemoteTunnel[]>();
  /** The connected connectors, by tunnel. */
  readonly connectors = new CachedLists<readonly Connector[]>();
  /** By tunnel. */
  readonly configurations = new CachedLists<RemoteConfiguration>();

  forget(tunnelId: string): void {
    this.connectors.delete(tunnelId);
    this.configurations.delete(tunnelId);
  }
}
