import { describe, expect, it } from '@jest/globals';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { ignoredSettings } from '../../../src/core/routing/ignored-settings.ts';
import type { OriginRequest } from '../../../src/core/model/route.ts';
import { aProxiedRoute } from '../../support/proxy-rules.ts';

describe('ignoredSettings', () => {
  it.each<{ case: string; scheme: string; own: OriginRequest; spec?: Partial<TunnelSpec>; says: string }>([
    {
      case: 'TLS settings without TLS',
      scheme: 'http',
      own: { noTLSVerify: true },
      says: 'cftunnel.io/origin-no-tls-verify has no effect with cftunnel.io/protocol: http',
    },
    {
      case: 'a Host header without HTTP',
      scheme: 'ssh',
      own: { httpHostHeader: 'x' },
      says: 'origin-http-host-header',
    },
    { case: 'SOCKS with HTTP', scheme: 'https', own: { proxyType: 'socks' }, says: 'origin-proxy-type has no effect' },
    {
      case: 'a balance without HTTP',
      scheme: 'tcp',
      own: { keepAliveConnections: -1 },
      says: 'cftunnel.io/balance: request has no effect with cftunnel.io/protocol: tcp',
    },
    {
      case: 'kept connections without HTTP',
      scheme: 'tcp',
      own: { keepAliveConnections: 5 },
      says: 'cftunnel.io/origin-keep-alive-connections has no effect',
    },
    {
      case: 'a setting without effect, together with a balance',
      scheme: 'http',
      own: { keepAliveConnections: -1, noTLSVerify: true },
      says: 'cftunnel.io/origin-no-tls-verify has no effect',
    },
    {
      case: 'HTTP/2 together with the SNI of the Tunnel',
      scheme: 'https',
      own: { http2Origin: true },
      spec: { originRequest: { matchSNItoHost: true } },
      says: 'origin-http2 has no effect with origin-match-sni-to-host',
    },
    {
      case: 'SNI by host together with the HTTP/2 of the Tunnel',
      scheme: 'https',
      own: { matchSNItoHost: true },
      spec: { originRequest: { http2Origin: true } },
      says: 'origin-http2 has no effect with origin-match-sni-to-host',
    },
    {
      case: 'a balance together with HTTP/2',
      scheme: 'https',
      own: { keepAliveConnections: -1, http2Origin: true },
      says: 'has no effect with origin-http2',
    },
    {
      case: 'a balance together with the HTTP/2 of the Tunnel',
      scheme: 'https',
      own: { keepAliveConnections: -1 },
      spec: { originRequest: { http2Origin: true } },
      says: 'has no effect with origin-http2',
    },
    {
      case: 'HTTP/2 together with SNI by host',
      scheme: 'https',
      own: { http2Origin: true, matchSNItoHost: true },
      says: 'origin-http2 has no effect with origin-match-sni-to-host',
    },
    {
      case: 'HTTP/2 over QUIC',
      scheme: 'https',
      own: { http2Origin: true },
      spec: { cloudflared: { protocol: 'quic' } },
      says: 'it needs http2',
    },
  ])('warns of $case', ({ scheme, own, spec, says }) => {
    expect(warnings(scheme, own, spec)).toEqual([{ reason: 'SettingIgnored', message: expect.stringContaining(says) }]);
  });

  it.each<{ scheme: string; own: OriginRequest; spec?: Partial<TunnelSpec> }>([
    { scheme: 'http', own: { noTLSVerify: false, connectTimeout: '5s' } },
    { scheme: 'https', own: { http2Origin: true, originServerName: 'web' } },
    {
      scheme: 'https',
      own: { connectTimeout: '5s' },
      spec: { originRequest: { http2Origin: true, matchSNItoHost: true }, cloudflared: { protocol: 'quic' } },
    },
    { scheme: 'https', own: { http2Origin: true }, spec: { cloudflared: { protocol: 'http2' } } },
    { scheme: 'https', own: { keepAliveConnections: -1 } },
    { scheme: 'http', own: { keepAliveConnections: -1 }, spec: { originRequest: { http2Origin: true } } },
    { scheme: 'ssh', own: { httpHostHeader: '' } },
    { scheme: 'tcp', own: { proxyType: 'socks' } },
  ])('does not warn of $scheme with $own', ({ scheme, own, spec }) => {
    expect(warnings(scheme, own, spec)).toEqual([]);
  });

  it('warns of a pool of certificates alone, and of no setting that only the Tunnel has', () => {
    const target = { origin: 'http://web.shop.svc:80' };
    const spec = { credentialsRef: { name: 'x' }, originRequest: { proxyType: 'socks' } } as const;

    expect(ignoredSettings({ ...target, caPool: { name: 'ca' } }, spec)).toMatchObject([{ reason: 'SettingIgnored' }]);
    expect(ignoredSettings(target, spec)).toEqual([]);
  });

  it('is told of what the proxy does not have, and of a protocol that gRPC does not pass', () => {
    const { proxy } = aProxiedRoute('a.example.com', { rule: { isHttp2: true } });
    const originRequest: OriginRequest = { httpHostHeader: 'x', keepAliveConnections: -1, tcpKeepAlive: '5s' };
    const spec: TunnelSpec = { credentialsRef: { name: 'x' }, cloudflared: { protocol: 'quic' } };
    const target = { origin: 'http://web.shop.svc:80', originRequest, ...(proxy === undefined ? {} : { proxy }) };

    expect(ignoredSettings(target, spec).map(({ message }) => message)).toEqual([
      'cftunnel.io/origin-tcp-keep-alive has no effect on what goes through the proxy; remove it',
      'gRPC does not work through a Tunnel with cloudflared.protocol quic; it needs http2',
    ]);
  });
});

function warnings(scheme: string, originRequest: OriginRequest, spec: Partial<TunnelSpec> = {}) {
  const target = { origin: `${scheme}://web.shop.svc:80`, originRequest };
  return ignoredSettings(target, { credentialsRef: { name: 'x' }, ...spec });
}
