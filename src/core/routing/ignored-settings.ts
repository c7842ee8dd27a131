/** Warns of settings that cloudflared accepts and ignores without a message. */
import { BALANCE, PROTOCOL } from '../../api/annotations.ts';
import { ORIGIN_ANNOTATIONS, type OriginAnnotation, type OriginSetting } from '../../api/origin-annotations.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { schemeOf } from '../model/protocol.ts';
import type { OriginRequest, Warning } from '../model/route.ts';
import type { Target } from '../model/route-request.ts';

export function ignoredSettings({ origin, originRequest, caPool }: Target, spec: TunnelSpec): readonly Warning[] {
  if (originRequest === undefined && caPool === undefined) return [];
  const own = { ...originRequest, caPool };
  const protocol = schemeOf(origin);
  const ignored = ORIGIN_ANNOTATIONS.filter((rule) => isSet(own[rule.setting]) && !rule.worksWith.includes(protocol));
  const sentences = [
    ...ignored.map((rule) => `${nameOf(rule, own)} has no effect with ${PROTOCOL.key}: ${protocol}; remove it`),
    ...(protocol === 'https' ? http2Warnings(own, { ...spec.originRequest, ...own }, spec) : []),
  ];
  return sentences.map((message) => ({ reason: 'SettingIgnored', message }));
}

type Settings = OriginRequest & { readonly [setting in OriginSetting]?: unknown };

function http2Warnings(own: Settings, all: Settings, { cloudflared }: TunnelSpec): readonly string[] {
  if (all.http2Origin !== true) return [];
  const sentences: string[] = [];
  if (own.keepAliveConnections === -1)
    sentences.push(
      `${BALANCE.key}: request has no effect with origin-http2, which sends every request over one connection`,
    );
  if (all.matchSNItoHost === true && (own.matchSNItoHost === true || own.http2Origin === true))
    sentences.push('origin-http2 has no effect with origin-match-sni-to-host');
  if (own.http2Origin === true && cloudflared?.protocol !== undefined && cloudflared.protocol !== 'http2')
    sentences.push(
      `gRPC does not work through a Tunnel with cloudflared.protocol ${cloudflared.protocol}; it needs http2`,
    );
  return sentences;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== '';
}

/** `balance: request` is set as a negative number of idle connections. */
function nameOf({ key, setting }: OriginAnnotation, own: Settings): string {
  return setting === 'keepAliveConnections' && own.keepAliveConnections === -1 ? `${BALANCE.key}: request` : key;
}
