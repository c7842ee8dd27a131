/** A Kubernetes condition. Messages are deterministic: they contain no times, request ids or counters. */
export interface Condition {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
  /** RFC 3339, second precision; changes only with `status`. */
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** The parts of a Tunnel that `Ready` summarizes, in the order in which they are set up. */
export const TUNNEL_PARTS = ['CredentialsReady', 'TunnelReady', 'ConfigReady', 'ConnectorsReady', 'DNSReady'] as const;
export type TunnelPart = (typeof TUNNEL_PARTS)[number];

/** Condition of a Service that requests to be exposed. Ingresses report the same in events. */
export const EXPOSED = 'cftunnel.io/Exposed';

/** Every reason of a source's `Exposed` condition: what it means, and what to do about it. */
export const EXPOSED_REASONS = {
  Exposed: 'Rule and record are live. The message lists the URLs.',
  InvalidAnnotation: 'An annotation is misspelt or its value is not allowed. Correct it; what was live stays live.',
  InvalidSpec: 'A field of the Ingress cannot be served. Correct it; what was live stays live.',
  BackendNotFound:
    'The Service that the Ingress leads to does not exist, or is not known. The message says what to create or set.',
  PortNotFound: 'The Service has no such port, or several ports and none is named. Set `cftunnel.io/port`.',
  TunnelNotFound: 'The Tunnel does not exist or is being deleted, or none is named and none is the default.',
  NotAllowed:
    'The Tunnel does not admit this namespace or hostname (`allowedRoutes`), or an ExternalName or `cftunnel.io/origin` points to another namespace.',
  HostnameConflict: 'An older object holds the hostname, or this path of it. Choose another, or remove it there.',
  ZoneNotFound:
    'No zone that the token can access holds the hostname. Add the zone, or give the token Zone Read on it.',
  ZoneInactive:
    'The zone of the hostname does not serve public DNS: it is paused, pending, moved, partial or secondary. The message says what to do.',
  RecordConflict:
    'The hostname has a record that this operator did not create, or Cloudflare rejects ours. Delete it, or set `dns.onConflict`: to `Adopt` if it already leads to the tunnel, else to `Overwrite`.',
  NoLanAddress:
    'A name of the local network has no address. The message says what to set: `spec.lan` of the Tunnel, or `cftunnel.io/lan-address`.',
  NoReadyEndpoints: 'Rule and record are live, but the Service has no ready pod: visitors get HTTP 502.',
  NoConnectors: 'No connector of the Tunnel is connected: visitors get HTTP 530 (error 1033). The message says why.',
  TunnelNotReady: 'The Tunnel has a problem or is suspended. Its conditions say which.',
  ProxyUnavailable:
    'The route needs the proxy of the Tunnel, and `spec.proxy.mode` is Off, or EndpointSlices cannot be read.',
  AccessRequired:
    'The Tunnel requires Access (`access.required`), and the route has none. Name AccessPolicies in `cftunnel.io/access`.',
  AccessNotReady:
    'Access cannot protect the route, at least not yet, so it is not published, or keeps its last protection. The message says what is missing.',
  AccessConflict:
    'Somebody else has an Access application for the hostname and path, another route of the same path asks for other policies, or requests that the route does not take would enter a protected one above it. The message says which.',
  Progressing: 'The rule or the record is not live yet.',
} as const;
export type ExposedReason = keyof typeof EXPOSED_REASONS;

/** Warnings about an object that is served nevertheless. They are in events, and after the URLs in the condition. */
export const WARNING_REASONS = {
  AliasRead: 'An annotation of another operator was used. Replace it with the one that the message names.',
  SettingIgnored: 'A setting has no effect with this protocol, or together with another one. The message says which.',
  ExternalTarget: 'The Service is an ExternalName, whose target may expect its own name as Host header and in TLS.',
  RecordShared: 'Several objects share the hostname, and so its record: the DNS setting of the oldest one applies.',
  ServedElsewhere: 'A route names Gateways with several Tunnels, and its hostname is served through the first of them.',
  CertificateMissing:
    'The hostname is more than one label below its zone, which the universal certificate does not cover.',
  LanAddressKept:
    'The nodes or addresses of a name of the local network are not known or not ready, so its records stay as they are.',
  PublicAddress: 'A name of the local network leads to a public address, which Cloudflare does not protect.',
  Unproxied: '`dns.proxied` is false, but a tunnel record works only if it is proxied.',
} as const;
export type WarningReason = keyof typeof WARNING_REASONS;

/** Reasons of Normal events and log lines about objects that were created, changed or removed. */
export const CHANGE_REASONS = {
  TunnelCreated: 'A tunnel was created at Cloudflare.',
  TunnelDeleted: 'A tunnel was deleted at Cloudflare.',
  CredentialsStored: "The connectors' credentials were stored in their Secret.",
  TokenRotated: 'The token of a tunnel was rotated.',
  ConnectionsDropped: 'A connector that is not ours was disconnected after a requested rotation of the token.',
  RulesPublished: 'Rules were published to the connectors.',
  ExistingRulesRemoved: 'Rules at Cloudflare that no source asks for were removed, as `existingRules` says.',
  ConnectorsReplaced: 'Connectors are being replaced.',
  ConnectorsScaled: 'Connectors were scaled.',
  ConnectorsStopped: 'Connectors are being stopped.',
  ObjectCreated: 'An object was created in the cluster.',
  ObjectUpdated: 'An object was updated in the cluster.',
  ObjectRepaired: 'An object was restored after somebody else had changed it.',
  ObjectRemoved: 'An object was removed from the cluster.',
  AccessPolicyCreated: 'A reusable policy was created at Cloudflare Access.',
  AccessPolicyUpdated: 'A reusable policy was changed at Cloudflare Access, or restored.',
  AccessPolicyDeleted: 'A reusable policy was deleted at Cloudflare Access.',
  ServiceTokenCreated: 'A service token was created at Cloudflare Access.',
  ServiceTokenRotated: 'The secret of a service token was replaced.',
  ServiceTokenExtended: 'The life of a service token was extended.',
  ServiceTokenDeleted: 'A service token was deleted at Cloudflare Access.',
  RecordCreated: 'A DNS record was created.',
  RecordUpdated: 'A DNS record was updated.',
  RecordDeleted: 'A DNS record was deleted.',
  ApplicationCreated: 'An Access application was created.',
  ApplicationUpdated: 'An Access application was changed.',
  ApplicationDeleted: 'An Access application was deleted.',
} as const;
export type ChangeReason = keyof typeof CHANGE_REASONS;

/** Reasons of AccessPolicies and AccessServiceTokens, besides those that they share with Tunnels. */
export const ACCESS_REASONS = {
  PolicySynced: 'The policy is at Cloudflare as its spec says, in every account whose Tunnels use it.',
  Unused: 'No hostname and no Tunnel uses the policy, so it is not at Cloudflare.',
  PolicyInvalid: 'A rule cannot be applied, which the message names. The last good policy stays in force.',
  PolicyNotFound: 'The account has no reusable policy with the id in `existing`.',
  ReferenceNotFound:
    'A rule names a group, login method or AccessServiceToken that does not exist, or has no token yet. The last good policy stays in force.',
  DecisionMismatch:
    'A rule does not do what one may expect with this decision: visitors are asked to sign in, or nobody matches. The message names the decision to use.',
  InUse: 'It is being deleted, and something still uses it. The message says what.',
  TokenIssued: 'The token is in its Secret.',
  TokenExpiresSoon: 'The token works, but ends soon, and could not be extended. The message says why.',
  TokenExpired: 'The token has ended: programs that use it are refused.',
  TokenDisabled: 'The token was disabled at Cloudflare. Enable it there.',
} as const;
export type AccessReason = keyof typeof ACCESS_REASONS;

/** Every reason of a Tunnel's conditions and events. */
export const TUNNEL_REASONS = {
  // CredentialsReady
  CredentialsAccepted: 'The Secret was read and Cloudflare accepts its token.',
  SecretNotFound: 'The Secret named by `credentialsRef` does not exist. Create it.',
  SecretInvalid: 'A key of the Secret is missing or its value is malformed. The message says which.',
  CredentialsRejected: 'Cloudflare rejects the token. Put a valid one into the Secret.',
  PermissionMissing: 'The token is valid but lacks a permission, which the message names.',
  AccountNotFound: 'The token can access no account. Set `accountId`.',
  AccountAmbiguous: 'The token can access several accounts. Set `accountId` to one of them.',
  AccountChanged:
    'The tunnel was created in another account. Set `accountId` back, or delete and re-create the Tunnel.',
  // TunnelReady
  TunnelAvailable: 'The tunnel exists at Cloudflare and its credentials are stored.',
  TunnelNameTaken:
    'A tunnel with that name exists, and nothing proves that this Tunnel created it. The message says what is missing.',
  ExistingTunnelNotFound: 'There is no tunnel with the id or name in `existingTunnel`.',
  ExistingTunnelLocal:
    'The existing tunnel is configured locally, so Cloudflare would not send it the rules. Use `configMode: Local`.',
  ExistingTunnelRemote:
    'The existing tunnel is configured at Cloudflare, so connectors would ignore the rules in the cluster.',
  RotationPending:
    'A scheduled rotation of the token waits until every connector is connected, so that none is cut off.',
  // ConfigReady
  ConfigPublished: 'The rules are in the ConfigMap.',
  ConfigTooLarge: 'Rules and certificates exceed the size of a ConfigMap (1 MiB). Move hostnames to another Tunnel.',
  // ConnectorsReady
  ConnectorsAvailable: 'Every wanted connector runs the published rules and is connected.',
  ForeignConnectors: 'Other connectors on the same tunnel get some of the requests. Stop them.',
  ScaledToZero: '`replicas` is 0: visitors get HTTP 530 (error 1033).',
  RollingOut: 'Connectors are being replaced.',
  RulesNotApplied: 'A connector keeps running earlier rules. The message names its pod, whose log gives the cause.',
  ConnectorsUnavailable: 'Too few connectors are connected, or none is. The message gives the cause.',
  PatchInvalid: 'An entry of `cloudflared.patches` cannot be applied. The message says which.',
  // DNSReady
  RecordsSynced: 'All DNS records are up to date.',
  RecordsPending: 'Some records have not been written or removed yet. The message says what they wait for.',
  RecordsRefused: 'Some hostnames have no record, or one that does not resolve. The message says why for each.',
  MassDeleteRefused:
    'Many records would be deleted although the operator did not see their objects being deleted. The message says how to confirm.',
  DNSDisabled: '`dns.mode` is Disabled, and the records created before have been removed.',
  // any part
  Blocked: 'Waiting for another part, which the message names.',
  NameTaken:
    'An object with that name exists that does not belong to the Tunnel. The message says why. Rename the Tunnel.',
  InvalidSpec: 'The API server rejected what the spec requests. The message says why.',
  CloudflareUnreachable: 'The Cloudflare API cannot be reached. The operator retries.',
  CloudflareUnavailable: 'The Cloudflare API returns errors. The operator retries.',
  CloudflareRefused: 'The Cloudflare API rejected a call. The message quotes it.',
  RateLimited: 'The rate limit of the token is used up. The operator continues as soon as it can.',
  AccessNotEnabled:
    'The account has no Cloudflare Access. Choose a team name at https://one.dash.cloudflare.com; the Free plan has it.',
  KubernetesUnavailable: 'The Kubernetes API did not answer. The operator retries.',
  KubernetesRefused: 'The Kubernetes API rejected a call. The message quotes it.',
  // Ready, Reconciling, Stalled
  Ready: 'All parts are ready.',
  Progressing: 'The operator is working on it.',
  Suspended: '`suspend` is true, so the operator changes nothing.',
  Deleting: 'The Tunnel is being deleted.',
  LeftBehind: 'The Tunnel is deleted, but not everything at Cloudflare could be removed. The message lists the rest.',
  InternalError: 'A bug in the operator. Please report it with the details in the log.',
} as const;
export type TunnelReason = keyof typeof TUNNEL_REASONS;
