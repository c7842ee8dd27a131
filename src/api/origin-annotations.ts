/** The `cftunnel.io/origin-*` annotations: settings for cloudflared's connections to the Service. */
import type { AnnotationRule, ValueKind } from './annotation-rule.ts';
import type { TunnelSpec } from './tunnel.gen.ts';

/** A setting of cloudflared's `originRequest`, or the CA pool. */
export type OriginSetting = keyof NonNullable<TunnelSpec['originRequest']> | 'caPool';

/** Kinds of values that are passed to cloudflared unchanged. */
export type SettingKind = Extract<ValueKind, 'boolean' | 'duration' | 'integer' | 'serverName' | 'host' | 'proxyType'>;

export interface OriginAnnotation extends AnnotationRule {
  readonly kind: SettingKind | 'caPool';
  /** cloudflared's name for the setting. cloudflared silently ignores a name in another case. */
  readonly setting: OriginSetting;
  /** Name of the field under `origin` in `cftunnel.io/routes`. */
  readonly field: string;
  /** Protocols with which the setting has an effect. */
  readonly worksWith: readonly string[];
}

const WEB = ['http', 'https'];
const TLS = ['https'];
const STREAMS = ['tcp', 'ssh', 'rdp', 'smb'];
const ALL = [...WEB, ...STREAMS];

export const ORIGIN_ANNOTATIONS: readonly OriginAnnotation[] = [
  origin('no-tls-verify', 'noTLSVerify', 'boolean', TLS, 'Accept any certificate of the Service.'),
  origin(
    'server-name',
    'originServerName',
    'serverName',
    TLS,
    'The name that the certificate of the Service must be valid for.',
  ),
  origin(
    'match-sni-to-host',
    'matchSNItoHost',
    'boolean',
    TLS,
    'Send the hostname of the request as server name (SNI) to the Service. Disables HTTP/2 to the Service.',
  ),
  origin(
    'ca-pool',
    'caPool',
    'caPool',
    TLS,
    "Certificates to trust in addition to the system's: a ConfigMap, or else a Secret, in the namespace of the Service. Default key: `ca.crt`, or the only key. It must contain nothing but certificates.",
  ),
  origin('http-host-header', 'httpHostHeader', 'host', WEB, 'The Host header that is sent to the Service.'),
  origin('http2', 'http2Origin', 'boolean', TLS, 'Use HTTP/2 to the Service, as gRPC requires.'),
  origin('connect-timeout', 'connectTimeout', 'duration', ALL, 'Timeout for establishing a connection.', '`30s`'),
  origin('tls-timeout', 'tlsTimeout', 'duration', TLS, 'Timeout for the TLS handshake.', '`10s`'),
  origin('tcp-keep-alive', 'tcpKeepAlive', 'duration', ALL, 'Interval of TCP keep-alive packets.', '`30s`'),
  origin(
    'keep-alive-connections',
    'keepAliveConnections',
    'integer',
    WEB,
    'How many idle connections are kept open. -1: none, so that every request opens its own.',
    '`100`',
  ),
  origin('keep-alive-timeout', 'keepAliveTimeout', 'duration', WEB, 'How long an idle connection is kept.', '`90s`'),
  origin(
    'disable-chunked-encoding',
    'disableChunkedEncoding',
    'boolean',
    WEB,
    'Never send a chunked body, for servers (WSGI) that do not support it.',
  ),
  origin(
    'no-happy-eyeballs',
    'noHappyEyeballs',
    'boolean',
    ALL,
    'Disable the IPv4 fallback when an IPv6 address is slow to answer.',
  ),
  origin('proxy-type', 'proxyType', 'proxyType', STREAMS, '`socks`: run a SOCKS5 proxy.', 'none'),
];

function origin(
  name: string,
  setting: OriginSetting,
  kind: OriginAnnotation['kind'],
  worksWith: readonly string[],
  meaning: string,
  fallback = kind === 'boolean' ? '`"false"`' : 'none',
): OriginAnnotation {
  return {
    key: `cftunnel.io/origin-${name}`,
    setting,
    field: name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    kind,
    worksWith,
    default: `the Tunnel's \`originRequest\`, else ${fallback}`,
    meaning,
  };
}

/** The annotation for a setting. */
export function originAnnotation(setting: OriginSetting): OriginAnnotation {
  const annotation = ORIGIN_ANNOTATIONS.find((rule) => rule.setting === setting);
  if (annotation === undefined) throw new Error(`There is no annotation for the setting ${setting}`);
  return annotation;
}
