/**
 * What could not be established about the real API, each as a switch. The defaults are the best guess;
 * a client that only works with one setting depends on something nobody promised.
 */
export interface Assumptions {
  /** Status of 7003 "Could not route to ...". Reports of 2017 and 2024 show 400, 404 is possible today. */
  readonly malformedIdStatus: 400 | 404;
  /** Which of the two documented answers (both 403) an unknown, disabled or expired token gets. */
  readonly unknownTokenCode: 9109 | 10000;
  /** Code of a 429. */
  readonly rateLimitCode: number;
  /** A token without `Zone Read` sees an empty list of zones, or is refused. */
  readonly zonesWithoutPermission: 'empty' | 'refused';
  /** A page size over the maximum is lowered to it, or refused. */
  readonly pageSizeOverMaximum: 'lowered' | 'refused';
  /** A page past the end is empty, or repeats the last one as in cloudflare-typescript#2661. */
  readonly pagePastTheEnd: 'empty' | 'last';
  /** Code of the 404 for a tunnel that never existed. */
  readonly tunnelNotFoundCode: number;
  /** What deleting a deleted tunnel answers. */
  readonly deleteOfDeletedTunnel: 'not-found' | 'ok';
  /** Status of 1022 (active connections) and 1023 (routes). */
  readonly tunnelInUseStatus: 400 | 409;
  /** Whether `?cascade=true` on a tunnel's DELETE still does what cloudflared expects. */
  readonly cascadeHonoured: boolean;
  /** Status of 1056 (invalid remote configuration). */
  readonly invalidConfigurationStatus: 400 | 422;
  /** What GET configurations shows before the first PUT. */
  readonly unconfiguredTunnel: 'null-config' | 'not-found';
  /** Whether the deprecated `connections` of a tunnel object still lists them. */
  readonly tunnelListsConnections: boolean;
  /** How long a vanished connector stays listed, with `is_pending_reconnect: true`. Reports say "several minutes". */
  readonly disconnectedLingerMs: number;
  /** Replicas per tunnel; what the edge answers beyond it is unknown. */
  readonly replicasPerTunnel: number;
  readonly tunnelsPerAccount: number;
  /** Largest page of DNS records: 5,000,000 in the schema, 5,000 according to external-dns. */
  readonly recordsPageMaximum: number;
  /** How an internationalised zone name is listed; record names are always in punycode. */
  readonly zoneNames: 'unicode' | 'punycode';
  /** DNS validation errors directly in `errors`, or (older) below a 1004 "DNS Validation Error". */
  readonly dnsErrorShape: 'direct' | 'chained';
  /** Code for a CNAME that repeats an existing one word for word. */
  readonly identicalCnameCode: 81053 | 81058;
  /** Status of 81045 (record quota). */
  readonly recordQuotaStatus: 400 | 403;
  /** Code of the 400 for a batch with too many operations. */
  readonly batchTooLargeCode: number;
}

/** The settings used unless a test chooses otherwise. */
export const DEFAULT_ASSUMPTIONS: Assumptions = {
  malformedIdStatus: 400,
  unknownTokenCode: 9109,
  rateLimitCode: 971,
  zonesWithoutPermission: 'empty',
  pageSizeOverMaximum: 'lowered',
  pagePastTheEnd: 'empty',
  tunnelNotFoundCode: 1003,
  deleteOfDeletedTunnel: 'not-found',
  tunnelInUseStatus: 400,
  cascadeHonoured: true,
  invalidConfigurationStatus: 400,
  unconfiguredTunnel: 'null-config',
  tunnelListsConnections: false,
  disconnectedLingerMs: 0,
  replicasPerTunnel: 25,
  tunnelsPerAccount: 1000,
  recordsPageMaximum: 5_000_000,
  zoneNames: 'unicode',
  dnsErrorShape: 'direct',
  identicalCnameCode: 81058,
  recordQuotaStatus: 400,
  batchTooLargeCode: 81070,
};
