/** What the steps of a pass over a Tunnel reach for, and what each of them adds. */
import type { TunnelPart } from '../../../api/conditions.ts';
import type { RecordView } from '../../../core/dns/record-presence.ts';
import { type Step, stepOf } from '../../../runtime/steps.ts';
import type { Orphans } from '../clean-up/orphans.ts';
import type { Access } from '../pass/ports.ts';
import type { Applications, ApplicationsPort } from '../steps/applications/port.ts';
import type { AppliedRulesPort, ObservedRules } from '../steps/applied-rules.ts';
import type { ConnectorsPort, ObservedConnectors } from '../steps/connectors.ts';
import type { CredentialsPort } from '../steps/credentials.ts';
import type { InvisibleRecords } from '../steps/dns-records/invisible-zones.ts';
import type { DnsRecordsPort } from '../steps/dns-records/port.ts';
import type { SyncedRecords } from '../steps/dns-records/sync.ts';
import type { ProxyState } from '../steps/proxy-config.ts';
import type { RemoteConfigPort } from '../steps/remote-config.ts';
import type { Identity, RemoteTunnelPort, Stored } from '../steps/remote-tunnel.ts';
import type { KnownRecords, PublishedConfig } from '../steps/rules.ts';
import type { TellKubeletsPort } from '../steps/tell-kubelets.ts';
import type { TokenRotation, TokenRotationPort } from '../steps/token-rotation.ts';

/** Each step reaches only for its own port. */
export interface StepPorts {
  readonly credentials: CredentialsPort;
  readonly remoteTunnel: RemoteTunnelPort;
  readonly tokenRotation: TokenRotationPort;
  readonly applications: ApplicationsPort;
  readonly ingressConfig: RemoteConfigPort;
  readonly proxyPods: TellKubeletsPort;
  readonly connectors: ConnectorsPort;
  readonly appliedRules: AppliedRulesPort;
  readonly dnsRecords: DnsRecordsPort;
  readonly orphans: Pick<Orphans, 'lookAtTunnels' | 'lookAtRecords'>;
}

/** What the steps add, each once. */
export interface Facts {
  readonly access: Access;
  readonly stored: Stored;
  /** Confirmed by Cloudflare. */
  readonly remote: Identity;
  readonly rotation: TokenRotation;
  /** Confirmed by Cloudflare, or proven by the stored credentials. */
  readonly identity: Identity;
  readonly adopted: true;
  readonly view: RecordView;
  readonly invisible: InvisibleRecords;
  readonly known: KnownRecords;
  /** What stands of the Access applications, and which routes may be published behind them. */
  readonly applications: Applications;
  readonly config: PublishedConfig;
  readonly proxy: ProxyState;
  /** The kubelets of all pods know of the proxy's configuration. */
  readonly told: true;
  /** The hash that the connectors' pods are to carry. */
  readonly podHash: string;
  readonly connectors: ObservedConnectors;
  readonly applied: ObservedRules;
  readonly foreign: number;
  readonly isServed: boolean;
  readonly records: SyncedRecords;
  /** Applications that nothing needs were looked for. `hasDeleted`: some of them were deleted in this pass. */
  readonly retired: { readonly hasDeleted: boolean };
}

/** Declares a step: see `runtime/steps.ts`. */
export const step = stepOf<Facts, TunnelPart>();

export type Steps = readonly Step<Facts, TunnelPart>[];
