import type { KubeObject, ObjectKey, Tunnel } from '../../../../api/objects.ts';
import type { DesiredRecord } from '../../../../core/dns/plan.ts';
import type { SourceKey } from '../../../../core/model/source.ts';
import type { RoutingTable } from '../../../../core/routing/table.ts';
import type { PublishedRoutesPort } from '../../pass/published-routes.ts';
import type { Cache, Recorder } from '../../pass/ports.ts';

/** What the steps about DNS records reach for outside of Cloudflare. */
export interface DnsRecordsPort extends PublishedRoutesPort, Recorder {
  readonly tunnels: Cache<Tunnel>;
  readonly sources: { get(key: SourceKey): KubeObject | undefined };
  readonly routing: () => RoutingTable;
  readonly hash: (text: string) => string;
  /** Whether the Tunnel's last pass found a record in place. */
  readonly wasRecorded: (tunnel: ObjectKey, record: DesiredRecord) => boolean;
  /** Counts records that somebody else had changed. */
  readonly driftRepaired: (kind: 'record') => void;
}
