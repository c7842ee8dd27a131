/** Warns of settings that cloudflared accepts and ignores without a message. */
import { BALANCE, PROTOCOL } from '../../api/annotations.ts';
import { ORIGIN_ANNOTATIONS, type OriginAnnotation, type OriginSetting } from '../../api/origin-annotations.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { schemeOf } from '../model/protocol.ts';
import type { OriginRequest, Warning } from '../model/route.ts';
import type { Target } from '../model/route-request.ts';
import { ignoredKeys } from '../proxy/ignored.ts';

export function ignoredSettings(target: Target, spec: TunnelSpec): readonly Warning[] {
  const sentences = target.proxy === undefined ? ignoredDirectly(target, spec) : ignoredInProxy(target, spec);
  return sentences.map((message) => ({ reason: 'SettingIgnored', message }));
}

function ignoredInProxy(target: Target, spec: TunnelSpec): readonly string[] {
  const ignored = ignoredKeys(target).map((key) => `${key} has no effect on what goes through the proxy; remove it`);
  return target.proxy?.isHttp2 === true ? [...ignored, ...grpcWarnings(spec)] : ignored;
}

function ignoredDirectly({ origin, originRequest, caPool }: Target, spec: TunnelSpec): readonly string[] {
  if (originRequest === undefined && caPool === undefined) return [];
  const own = { ...originRequest, caPool };
  const protocol = schemeOf(origin);
  const ignored = ORIGIN_ANNOTATIONS.filter((rule) => isSet(own[rule.setting]) && !rule.worksWith.includes(protocol));
  return [
    ...ignored.map((rule) => `${nameOf(rule, own)} has no effect with ${PROTOCOL.key}: ${protocol}; remove it`),
    ...(protocol === 'https' ? http2Warnings(own, { ...spec.originRequest, ...own }, spec) : []),
  ];
}

type Settings = OriginRequest & { readonly [setting in OriginSetting]?: unknown };

function http2Warnings(own: Settings, all: Settings, spec: TunnelSpec): readonly string[] {
  if (all.http2Origin !== true) return [];
  const sentences: string[] = [];
  if (own.keepAliveConnections === -1)
    sentences.push(
      `${BALANCE.key}: request has no effect with origin-http2, which sends every request over one connection`,
    );
  if (all.matchSNItoHost === true && (own.matchSNItoHost === true || own.http2Origin === true))
    sentences.push('origin-http2 has no effect with origin-match-sni-to-host');
  return own.http2Origin === true ? [...sentences, ...grpcWarnings(spec)] : sentences;
}

function grpcWarnings({ cloudflared }: TunnelSpec): readonly string[] {
  const protocol = cloudflared?.protocol ?? 'http2';
  if (protocol === 'http2') return [];
  return [`gRPC does not work through a Tunnel with cloudflared.protocol ${protocol}; it needs http2`];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== '';
}

/** `balance: request` is set as a negative number of idle connections. */
function nameOf({ key, setting }: OriginAnnotation, own: Settings): string {
  return setting === 'keepAliveConnections' && own.keepAliveConnections === -1 ? `${BALANCE.key}: request` : key;
}
