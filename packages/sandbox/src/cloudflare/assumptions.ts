/**
 * Behaviour of the real API that could not be established, one switch each. The defaults are the best guess. A client
 * that works with only one setting depends on undocumented behaviour.
 */
export interface Assumptions {
  /** Status of 7003 "Could not route to ...". Reports from 2017 and 2024 show 400; 404 is possible today. */
  readonly malformedIdStatus: 400 | 404;
  /** Which of the two documented errors (both 403) an unknown, disabled or expired token causes. */
  readonly unknownTokenCode: 9109 | 10000;
  /** Error code of a 429. */
  readonly rateLimitCode: number;
  /** Whether a token without `Zone Read` gets an empty list of zones or an error. */
  readonly zonesWithoutPermission: 'empty' | 'refused';
  /** Whether a page size above the maximum is reduced to it or rejected. */
  readonly pageSizeOverMaximum: 'lowered' | 'refused';
  /** Whether a page past the end is empty or repeats the last one, as in cloudflare-typescript#2661. */
  readonly pagePastTheEnd: 'empty' | 'last';
  /** Error code of the 404 for a tunnel that never existed. */
  readonly tunnelNotFoundCode: number;
  /** Whether deleting a deleted tunnel fails or succeeds. */
  readonly deleteOfDeletedTunnel: 'not-found' | 'ok';
  /** Status of 1022 (active connections) and 1023 (routes). */
  readonly tunnelInUseStatus: 400 | 409;
  /** Whether `?cascade=true` on the DELETE of a tunnel still has the effect that cloudflared expects. */
  readonly cascadeHonoured: boolean;
  /** Status of 1056 (invalid remote configuration). */
  readonly invalidConfigurationStatus: 400 | 422;
  /** Response of GET configurations before the first PUT. */
  readonly unconfiguredTunnel: 'null-config' | 'not-found';
  /** Whether the deprecated field `connections` of a tunnel object still lists the connections. */
  readonly tunnelListsConnections: boolean;
  /**
   * How long a disconnected connector stays listed with `is_pending_reconnect: true`. Reports say "several minutes".
   */
  readonly disconnectedLingerMs: number;
  /** Replicas per tunnel. How the edge answers another one is unknown. */
  readonly replicasPerTunnel: number;
  readonly tunnelsPerAccount: number;
  /** Maximum page size of DNS records: 5,000,000 in the schema, 5,000 according to external-dns. */
  readonly recordsPageMaximum: number;
  /** How an internationalised zone name is listed. Record names are always in punycode. */
  readonly zoneNames: 'unicode' | 'punycode';
  /**
   * Whether DNS validation errors are directly in `errors` or, as in older responses, nested in a 1004 "DNS Validation
   * Error".
   */
  readonly dnsErrorShape: 'direct' | 'chained';
  /** Error code for a CNAME that is identical to an existing one. */
  readonly identicalCnameCode: 81053 | 81058;
  /** Status of 81045 (record quota). */
  readonly recordQuotaStatus: 400 | 403;
  /** Error code of the 400 for a batch with too many operations. */
  readonly batchTooLargeCode: number;
  /** Status of 9999 "Access is not enabled". Reports show 403; 404 is possible. */
  readonly accessNotEnabledStatus: 403 | 404;
  /**
   * Status, code and message of deleting a reusable policy that applications use. That it is refused is documented, and
   * reports show a 409.
   */
  readonly policyInUse: { readonly status: number; readonly code: number; readonly message: string };
  /** How long the edge keeps using the applications, policies and tokens from before a change. The real one takes seconds. */
  readonly accessPropagationMs: number;
  /** Maximum page size of Access. Others request up to 1,000. */
  readonly accessPageMaximum: number;
  /** The documented limits of an account without a contract. How they are reported is unknown: 12130. */
  readonly applicationsPerAccount: number;
  readonly policiesPerAccount: number;
  readonly serviceTokensPerAccount: number;
  readonly domainsPerApplication: number;
  readonly rulesPerApplication: number;
  /** Maximum length of host and path of an application, documented as "Application URL". */
  readonly applicationDomainLength: number;
  /** Whether a public destination of one application, other than its domain, may also be one of another application. */
  readonly sharedDestinations: 'refused' | 'accepted';
  /** Whether a rule with a single address comes back as a network (`192.0.2.1/32`) or as it was sent. */
  readonly singleAddresses: 'as-network' | 'as-sent';
}

/** The settings that apply unless a test overrides them. */
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
  accessNotEnabledStatus: 403,
  policyInUse: {
    status: 409,
    code: 12132,
    message: 'access.api.error.conflict: policy is in use by one or more applications',
  },
  accessPropagationMs: 0,
  accessPageMaximum: 1000,
  applicationsPerAccount: 500,
  policiesPerAccount: 500,
  serviceTokensPerAccount: 50,
  domainsPerApplication: 5,
  rulesPerApplication: 1000,
  applicationDomainLength: 63,
  sharedDestinations: 'refused',
  singleAddresses: 'as-network',
};
