import { describe, expect, it } from '@jest/globals';
import type { Service } from '../../../src/api/objects.ts';
import { outsideObjects } from '../../../src/core/migrate/outside-service.ts';
import { placeRules } from '../../../src/core/migrate/placement.ts';
import type { Takeover } from '../../../src/core/migrate/takeover.ts';
import { aService } from '../../support/builders.ts';
import { aRule, aTakeover } from './a-cluster.ts';

const WEB = 'http://web.shop.svc';

/** The port by which a route names the Service, and its server name. */
function placed(service: string, services: readonly Service[], takeover: Partial<Takeover> = {}) {
  const rules = [aRule('a.example.com', service)];
  return placeRules(aTakeover({ rules, ...takeover }), services).placed.map(({ port, settings }) => ({
    port,
    serverName: [...settings].find(([{ setting }]) => setting === 'originServerName')?.[1],
  }));
}

describe('a rule that leads to a Service', () => {
  const target = { name: 'http', port: 80, targetPort: 8080 };

  it.each<{ name: string; spec: Service['spec']; at: number; port: number | undefined }>([
    { name: 'a port that is listed', spec: { ports: [{ port: 443 }, target] }, at: 80, port: 80 },
    { name: 'the port of pods behind an address', spec: { ports: [target] }, at: 8080, port: undefined },
    { name: 'the port of pods without an address', spec: { clusterIP: 'None', ports: [target] }, at: 8080, port: 80 },
    { name: 'a listed port without an address', spec: { clusterIP: 'None', ports: [target] }, at: 80, port: 80 },
    { name: 'another port without an address', spec: { clusterIP: 'None', ports: [target] }, at: 81, port: undefined },
    { name: 'any port without an address and a list', spec: { clusterIP: 'None' }, at: 81, port: 81 },
    { name: 'any port behind an address', spec: {}, at: 81, port: undefined },
    { name: 'any port of a name elsewhere', spec: { type: 'ExternalName', ports: [target] }, at: 81, port: 81 },
    { name: 'a port for UDP', spec: { ports: [{ port: 53, protocol: 'UDP' }] }, at: 53, port: undefined },
    { name: 'a port for TCP', spec: { ports: [{ port: 53, protocol: 'TCP' }] }, at: 53, port: 53 },
  ])('names $name', ({ spec, at, port }) => {
    const service = { ...aService('shop/web'), spec };

    expect(placed(`${WEB}:${at}`, [service])).toStrictEqual(
      port === undefined ? [] : [{ port, serverName: undefined }],
    );
  });
});

describe('a rule that leads out of the cluster', () => {
  const address = 'https://nas.local:5001';

  it.each<{ name: string; defaults: Takeover['defaults']; serverName: string | undefined }>([
    { name: 'its host', defaults: {}, serverName: 'nas.local' },
    { name: 'what the Tunnel says', defaults: { originServerName: 'x.example' }, serverName: undefined },
    { name: 'that of the request', defaults: { matchSNItoHost: true }, serverName: undefined },
    { name: 'its host, not that of the request', defaults: { matchSNItoHost: false }, serverName: 'nas.local' },
  ])('expects a certificate for $name', ({ defaults, serverName }) => {
    expect(placed(address, [], { defaults })).toStrictEqual([{ port: 5001, serverName }]);
  });

  it('gets one Service for each address', () => {
    const rules = ['a.example.com', 'b.example.com'].map((hostname) => aRule(hostname, 'http://10.0.0.5:80'));
    const { created, copies, problems } = placeRules(aTakeover({ rules }), []);

    expect(created.map(({ kind }) => kind)).toStrictEqual(['Service', 'EndpointSlice']);
    expect({ copies, problems }).toStrictEqual({ copies: [], problems: [] });
  });
});

describe('an address outside of the cluster', () => {
  it('that is a name is the external name of a Service', () => {
    expect(outsideObjects('nas.local', 5001, 'shop')).toStrictEqual({
      service: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'nas-local-5001', namespace: 'shop' },
        spec: { type: 'ExternalName', externalName: 'nas.local', ports: [{ port: 5001 }] },
      },
      endpoints: [],
    });
  });

  it.each([
    { host: '10.0.0.5', address: '10.0.0.5', addressType: 'IPv4', name: 'host-10-0-0-5-80' },
    { host: '[fd00::1]', address: 'fd00::1', addressType: 'IPv6', name: 'fd00-1-80' },
  ])('that is a number is an endpoint of a Service: $host', ({ host, address, addressType, name }) => {
    expect(outsideObjects(host, 80, 'shop')).toStrictEqual({
      service: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: 'shop' },
        spec: { ports: [{ port: 80 }] },
      },
      endpoints: [
        {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
          addressType,
          endpoints: [{ addresses: [address], conditions: { ready: true } }],
          ports: [{ name: '', port: 80, protocol: 'TCP' }],
        },
      ],
    });
  });

  it.each([
    [`${'a'.repeat(70)}.local`, `${'a'.repeat(57)}-80`],
    [`${'a'.repeat(56)}.local`, `${'a'.repeat(56)}-80`],
    ['1a.local', 'host-1a-local-80'],
  ])('%s has a Service of a valid name', (host, name) => {
    expect(outsideObjects(host, 80, 'shop').service.metadata.name).toBe(name);
  });
});
