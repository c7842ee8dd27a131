/** One condition, as Kubernetes defines it. Messages are deterministic: no times, request ids or counters. */
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

/** The parts of a Tunnel that `Ready` sums up, in the order in which they come about. */
export const TUNNEL_PARTS = ['CredentialsReady', 'TunnelReady', 'ConfigReady', 'ConnectorsReady', 'DNSReady'] as const;
export type TunnelPart = (typeof TUNNEL_PARTS)[number];

/** Condition of a Service that asks to be exposed. */
export const EXPOSED = 'cftunnel.io/Exposed';

/** Every reason a Service's `Exposed` condition can carry: what it means, and what to do about it. */
export const EXPOSED_REASONS = {
  Exposed: 'Rule and record are live; the message holds the URLs.',
  InvalidAnnotation: 'An annotation is misspelt or its value is not allowed. Correct it; what was live stays live.',
  PortNotFound: 'The Service has no such port, or several and none is named. Set `cftunnel.io/port`.',
  TunnelNotFound: 'No such Tunnel, none is named and none is the default, or it is being deleted.',
  NotAllowed:
    "The Tunnel does not let this namespace or hostname in (`allowedRoutes`), or an ExternalName is somebody else's.",
  HostnameConflict: 'An older Service holds the hostname, or this path of it. Choose another, or remove it there.',
  ZoneNotFound: 'No zone the token sees holds the hostname. Add the zone, or give the token Zone Read on it.',
  ZoneInactive:
    'The zone of the hostname does not serve public DNS: it is paused, pending, moved, partial or secondary. The message says what to do.',
  RecordConflict:
    'There is a record at the hostname that this operator did not create, or Cloudflare rejects ours. Delete it, or set `dns.onConflict: Overwrite`.',
  NoReadyEndpoints: 'Rule and record are live, but the Service has no ready pod: visitors get HTTP 502.',
  NoConnectors: 'No connector of the Tunnel is connected: visitors get HTTP 530 (error 1033). The message says why.',
  TunnelNotReady: 'The Tunnel itself has a problem, or is suspended; its conditions say which.',
  Progressing: 'On its way: rule or record are not live yet.',
} as const;
export type ExposedReason = keyof typeof EXPOSED_REASONS;

/** Events of a Service that is served all the same; its `Exposed` condition repeats them behind the URLs. */
export const WARNING_REASONS = {
  AliasRead: 'An annotation of another operator was used. Replace it with the one that the message names.',
  SettingIgnored: 'A setting does nothing beside another one, or with this protocol. The message says which.',
  ExternalTarget: 'The Service is an ExternalName: what it names may want its own name in Host header and TLS.',
  RecordShared: 'Several Services share the hostname, and so its record: the DNS setting of the oldest one applies.',
  CertificateMissing: 'The certificate that Cloudflare gives to every zone covers one label below it, not more.',
  Unproxied: '`dns.proxied` is false: a tunnel record works only if it is proxied.',
} as const;
export type WarningReason = keyof typeof WARNING_REASONS;

/** Normal events, and lines of the log, of what was made, changed or removed. */
export const CHANGE_REASONS = {
  TunnelCreated: 'A tunnel was created at Cloudflare.',
  TunnelDeleted: 'A tunnel was deleted at Cloudflare.',
  CredentialsStored: "The connectors' credentials were stored in their Secret.",
  RulesPublished: 'Rules were published to the connectors.',
  ConnectorsReplaced: 'Connectors are being replaced.',
  ConnectorsScaled: 'Connectors were scaled.',
  ConnectorsStopped: 'Connectors are being stopped.',
  ObjectCreated: 'An object was created in the cluster.',
  ObjectUpdated: 'An object was updated in the cluster.',
  ObjectRepaired: 'An object that somebody else had changed was restored.',
  ObjectRemoved: 'An object was removed from the cluster.',
  RecordCreated: 'A DNS record was created.',
  RecordUpdated: 'A DNS record was updated.',
  RecordDeleted: 'A DNS record was deleted.',
} as const;
export type ChangeReason = keyof typeof CHANGE_REASONS;

/** Every reason a Tunnel's conditions and events can carry. */
export const TUNNEL_REASONS = {
  // CredentialsReady
  CredentialsAccepted: 'The Secret was read and Cloudflare accepts its token.',
  SecretNotFound: 'The Secret named by `credentialsRef` does not exist. Create it.',
  SecretInvalid: 'The Secret lacks a key or a value is malformed. The message says which.',
  CredentialsRejected: 'Cloudflare rejects the token. Put a valid one into the Secret.',
  PermissionMissing: 'The token is valid but may not do what is needed. The message names the permission.',
  AccountNotFound: 'The token sees no account. Set `accountId`.',
  AccountAmbiguous: 'The token sees several accounts. Set `accountId` to the one that is meant.',
  AccountChanged: 'The tunnel was made in another account. Set `accountId` back, or delete and re-create the Tunnel.',
  // TunnelReady
  TunnelAvailable: 'The tunnel exists at Cloudflare and its credentials are stored.',
  TunnelNameTaken:
    'A tunnel of that name exists and is not ours. Create the Tunnel anew with `existingTunnel` or `tunnelName`.',
  ExistingTunnelNotFound: 'No tunnel with the id or name in `existingTunnel`.',
  ExistingTunnelRemote: 'The existing tunnel is configured at Cloudflare, so connectors would not read our rules.',
  // ConfigReady
  ConfigPublished: 'The rules are in the ConfigMap.',
  ConfigTooLarge: 'Rules and certificates fill the ConfigMap (1 MiB). Move Services to another Tunnel.',
  // ConnectorsReady
  ConnectorsAvailable: 'Every wanted connector runs the published rules and is connected.',
  ForeignConnectors:
    "Connectors that are not this Tunnel's serve its tunnel too, so some requests go there. Stop them.",
  ScaledToZero: '`replicas` is 0: visitors get HTTP 530 (error 1033).',
  RollingOut: 'Connectors are being replaced.',
  ConnectorsUnavailable: 'Too few connectors are connected, or none. The message gives the cause.',
  PatchInvalid: 'An entry of `cloudflared.patches` cannot be applied. The message says which.',
  // DNSReady
  RecordsSynced: 'Every record is as wanted.',
  RecordsPending: 'Some records are still to be written or removed; the message says what they wait for.',
  RecordsRefused: 'Some hostnames have no record, or one that does not answer; the message says why for each.',
  MassDeleteRefused:
    'Many records would be deleted without a sign that their Services were. The message says how to confirm.',
  DNSDisabled: '`dns.mode` is Disabled, and the records made before have been removed.',
  // any part
  Blocked: 'Waits for an earlier part.',
  NameTaken: 'An object of that name exists and is not ours: the message says why. Rename the Tunnel.',
  InvalidSpec: 'The API server refused what the spec asks for. The message says why.',
  CloudflareUnreachable: 'No answer from the Cloudflare API. The operator retries.',
  CloudflareUnavailable: 'The Cloudflare API fails. The operator retries.',
  CloudflareRefused: 'The Cloudflare API rejected a call. The message quotes it.',
  RateLimited: 'The rate limit of the token is used up. The operator continues as soon as it can.',
  KubernetesUnavailable: 'The Kubernetes API did not answer. The operator retries.',
  KubernetesRefused: 'The Kubernetes API rejected a call. The message quotes it.',
  // Ready, Reconciling, Stalled
  Ready: 'All parts are ready.',
  Progressing: 'Working on it.',
  Suspended: '`suspend` is true: nothing is changed.',
  Deleting: 'The Tunnel is being deleted.',
  LeftBehind: 'The Tunnel is gone, but not everything at Cloudflare could be removed. The message lists the rest.',
  InternalError: 'A bug: the log has the details. Please report it.',
} as const;
export type TunnelReason = keyof typeof TUNNEL_REASONS;
