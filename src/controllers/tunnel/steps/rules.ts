/** What publishing rules reaches for, and what it results in, wherever the connectors take their rules from. */
import type { ObjectKey, Tunnel } from '../../../api/objects.ts';
import type { FindCertificates } from '../../../core/ca-pool/files.ts';
import type { RecordFacts } from '../../../core/dns/unrecorded.ts';
import type { CloudflaredConfig, PublishedRecords } from '../../../core/ingress/rule.ts';
import type { RouteRules } from '../../../core/ingress/validate.ts';
import type { RefusedRoute, Route } from '../../../core/model/route.ts';
import type { PublishedRoutesPort } from '../pass/published-routes.ts';
import type { ProxyConfigPort, ProxyState } from './proxy-config.ts';

export interface IngressConfigPort extends ProxyConfigPort, PublishedRoutesPort {
  /** EndpointSlices are listed, so the pods of Services are known. */
  readonly areEndpointsKnown: () => boolean;
  /** Rebuilds the routing table at once. */
  readonly reroute: () => Promise<unknown>;
  /** Certificates that some route asks for, in PEM, by their fingerprint; `undefined` if nothing holds them any more. */
  readonly certificates: FindCertificates;
  readonly fingerprint: (text: string) => string;
  readonly renderConfig: (config: CloudflaredConfig) => string;
  readonly routeRules: (tunnel: Tunnel) => RouteRules;
  readonly wakeServices: (services: readonly ObjectKey[]) => void;
}

export interface PublishedConfig {
  /** Wanted now. */
  readonly wanted: readonly Route[];
  /** Wanted, or still resolving and therefore still served. */
  readonly served: readonly Route[];
  /** Left out because it would harm the others, or because something else claims it. */
  readonly refused: readonly RefusedRoute[];
  /** Left out because the ConfigMap has no room for it. */
  readonly unfit: readonly Route[];
  readonly hash: string;
  /** Pods that carry this hash have the files that the rules need. */
  readonly podHash: string;
  readonly proxy: ProxyState;
  /** The rules at Cloudflare, if that is where the connectors take them from. */
  readonly remote?: RemoteRules;
}

export interface RemoteRules {
  readonly version: number;
  /** Rules of others, as status names them. */
  readonly existing: readonly string[];
}

/** What is known of a Tunnel's records before its rules are written. */
export interface KnownRecords extends RecordFacts, PublishedRecords {
  /** There may be records at names that are no longer known. */
  readonly mayBeForgotten: boolean;
}
