/** The `cftunnel.io/origin-*` annotations: how cloudflared talks to the Service, setting by setting. */
import type { AnnotationRule, ValueKind } from './annotation-rule.ts';
import type { TunnelSpec } from './tunnel.gen.ts';

/** A setting of cloudflared's `originRequest` that a Service may make, or its pool of certificates. */
export type OriginSetting = keyof NonNullable<TunnelSpec['originRequest']> | 'caPool';

/** Kinds whose value goes to cloudflared as it was read. */
export type SettingKind = Extract<ValueKind, 'boolean' | 'duration' | 'integer' | 'serverName' | 'host' | 'proxyType'>;

export interface OriginAnnotation extends AnnotationRule {
  readonly kind: SettingKind | 'caPool';
  /** cloudflared's word for it, in cloudflared's spelling: another case is ignored without a word. */
  readonly setting: OriginSetting;
  /** In `cftunnel.io/routes`, under `origin`. */
  readonly field: string;
  /** Protocols with which the setting does anything. */
  readonly worksWith: readonly string[];
}

const WEB = ['http', 'https'];
const TLS = ['https'];
const STREAMS = ['tcp', 'ssh', 'rdp', 'smb'];
const ALL = [...WEB, ...STREAMS];

export const ORIGIN_ANNOTATIONS: readonly OriginAnnotation[] = [
  origin('no-tls-verify', 'noTLSVerify', 'boolean', TLS, 'Take any certificate of the Service.'),
  origin('server-name', 'originServerName', 'serverName', TLS, 'The name that its certificate must carry.'),
  origin(
    'match-sni-to-host',
    'matchSNItoHost',
    'boolean',
    TLS,
    'Ask it for the certificate of the hostname that the visitor asked for. Switches HTTP/2 to the Service off.',
  ),
  origin(
    'ca-pool',
    'caPool',
    'caPool',
    TLS,
    "Certificates to trust beside the usual ones, in the Service's namespace: a ConfigMap, else a Secret, of that name. Without a key, `ca.crt` or the only one there is. Nothing but certificates may be in it.",
  ),
  origin('http-host-header', 'httpHostHeader', 'host', WEB, 'The Host header that the Service gets.'),
  origin('http2', 'http2Origin', 'boolean', TLS, 'Talk HTTP/2 to the Service, as gRPC needs it.'),
  origin('connect-timeout', 'connectTimeout', 'duration', ALL, 'Longest time to open a connection.', '`30s`'),
  origin('tls-timeout', 'tlsTimeout', 'duration', TLS, 'Longest time of a TLS handshake.', '`10s`'),
  origin('tcp-keep-alive', 'tcpKeepAlive', 'duration', ALL, 'Interval of TCP keep-alive packets.', '`30s`'),
  origin(
    'keep-alive-connections',
    'keepAliveConnections',
    'integer',
    WEB,
    'How many idle connections are kept open. -1: none, every request opens its own.',
    '`100`',
  ),
  origin('keep-alive-timeout', 'keepAliveTimeout', 'duration', WEB, 'How long an idle connection is kept.', '`90s`'),
  origin(
    'disable-chunked-encoding',
    'disableChunkedEncoding',
    'boolean',
    WEB,
    'Never send a chunked body, for servers (WSGI) that cannot take it.',
  ),
  origin('no-happy-eyeballs', 'noHappyEyeballs', 'boolean', ALL, 'Do not race IPv4 against IPv6.'),
  origin('proxy-type', 'proxyType', 'proxyType', STREAMS, '`socks`: serve as a SOCKS5 proxy.', 'none'),
];

function origin(
  name: string,
  setting: OriginSetting,
  kind: OriginAnnotation['kind'],
  worksWith: readonly string[],
  meaning: string,
  standard = kind === 'boolean' ? '`"false"`' : 'none',
): OriginAnnotation {
  return {
    key: `cftunnel.io/origin-${name}`,
    setting,
    field: name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    kind,
    worksWith,
    default: `the Tunnel's \`originRequest\`, else ${standard}`,
    meaning,
  };
}

/** The annotation behind a setting. */
export function originAnnotation(setting: OriginSetting): OriginAnnotation {
  const found = ORIGIN_ANNOTATIONS.find((rule) => rule.setting === setting);
  if (found === undefined) throw new Error(`no annotation makes the setting ${setting}`);
  return found;
}
