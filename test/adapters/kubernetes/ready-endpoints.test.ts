import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { projectEndpointSlice } from '../../../src/adapters/kubernetes/projections.ts';
import { ReadyEndpoints } from '../../../src/adapters/kubernetes/ready-endpoints.ts';
import type { EndpointSlice } from '../../../src/api/objects.ts';

let now: number;
let endpoints: ReadyEndpoints;

beforeEach(() => {
  now = 1_000;
  endpoints = new ReadyEndpoints({ now: () => now });
});

// Invariant 32.
describe('whether a Service has a ready endpoint', () => {
  it('is unknown without a slice', () => {
    expect(endpoints.unansweredMs('shop/web')).toBeUndefined();
  });

  it('follows the slices, whatever their address type', () => {
    expect(endpoints.upserted(slice('v4', false))).toEqual(['shop/web']);
    now += 300;
    expect(endpoints.unansweredMs('shop/web')).toBe(300);
    expect(endpoints.upserted(slice('v6', true))).toEqual(['shop/web']);
    expect(endpoints.unansweredMs('shop/web')).toBeUndefined();
    expect(endpoints.removed(slice('v6', true))).toEqual(['shop/web']);
    expect(endpoints.unansweredMs('shop/web')).toBe(0);
  });

  it('is reported only when it changes', () => {
    endpoints.upserted(slice('a', true));
    endpoints.upserted(slice('b', true));

    expect(endpoints.upserted(slice('a', false), slice('a', true))).toEqual([]);
    expect(endpoints.upserted(slice('b', true), slice('b', true))).toEqual([]);
    expect(endpoints.upserted(slice('b', false), slice('b', true))).toEqual(['shop/web']);
    expect(endpoints.upserted(slice('b', false), slice('b', false))).toEqual([]);
  });

  it('is unknown once the last slice is gone', () => {
    endpoints.upserted(slice('a', false));

    expect(endpoints.removed(slice('a', false))).toEqual(['shop/web']);
    expect(endpoints.unansweredMs('shop/web')).toBeUndefined();
  });

  it('follows a slice that names another Service', () => {
    endpoints.upserted(slice('a', false));

    const moved = { ...slice('a', false), service: 'other' };
    expect(endpoints.upserted(moved, slice('a', false))).toEqual(['shop/web', 'shop/other']);
    expect(endpoints.unansweredMs('shop/web')).toBeUndefined();
    expect(endpoints.unansweredMs('shop/other')).toBe(0);
  });
});

describe('what is kept of an EndpointSlice', () => {
  it('is its Service, and where pods that serve are reached', () => {
    const kept = projectEndpointSlice(
      onWire([
        { addresses: ['10.0.0.1', '10.0.0.9'], conditions: { ready: true }, targetRef: { name: 'a' } },
        { addresses: ['10.0.0.2'] },
        { addresses: ['10.0.0.3'], conditions: { ready: false, serving: true, terminating: true } },
        { addresses: ['10.0.0.4'], conditions: { ready: false, serving: false } },
      ]),
    );

    expect(kept).toEqual({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web-x', namespace: 'shop', resourceVersion: '7' },
      service: 'web',
      hasReady: true,
      ready: '10.0.0.1,10.0.0.2',
      draining: '10.0.0.3',
      ports: [{ name: '', port: 80 }],
    });
  });

  it('leaves out names, ports of other protocols, and ports without a number', () => {
    const ports = [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'any' },
      { name: 'web', port: 80, protocol: 'TCP' },
    ];
    const whole = { ...onWire([{ addresses: ['db.example.org'] }]), addressType: 'FQDN', ports };

    expect(projectEndpointSlice(whole as unknown as EndpointSlice)).toMatchObject({
      hasReady: true,
      ready: '',
      ports: [{ name: 'web', port: 80 }],
    });
  });

  it('costs less than 600 bytes for a Service with three pods', async () => {
    const program = join(import.meta.dirname, 'endpoint-slices.ts');

    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program]);

    expect(Number(stdout)).toBeGreaterThan(100);
    expect(Number(stdout)).toBeLessThan(600);
  });

  it('keeps equal ports once', () => {
    const [one, other] = [onWire([]), onWire([])].map(projectEndpointSlice);

    expect(one?.ports).toBe(other?.ports);
  });

  it.each([
    { case: 'no endpoints', endpoints: null, hasReady: false },
    { case: 'an empty list', endpoints: [], hasReady: false },
    { case: 'none ready', endpoints: [{ conditions: { ready: false } }], hasReady: false },
    { case: 'one of them ready', endpoints: [{ conditions: { ready: false } }, {}], hasReady: true },
    { case: 'a condition left out', endpoints: [{ conditions: {} }], hasReady: true },
    {
      case: 'only terminating ones that still serve',
      endpoints: [{ conditions: { ready: false, serving: true, terminating: true } }],
      hasReady: true,
    },
  ])('counts $case as ready: $hasReady', ({ endpoints: list, hasReady }) => {
    expect(projectEndpointSlice(onWire(list)).hasReady).toBe(hasReady);
  });
});

function slice(name: string, hasReady: boolean): EndpointSlice {
  return { ...projectEndpointSlice(onWire([])), metadata: { namespace: 'shop', name }, hasReady };
}

/** As the API server sends it. */
function onWire(list: unknown): EndpointSlice {
  const metadata = {
    name: 'web-x',
    namespace: 'shop',
    resourceVersion: '7',
    labels: { 'kubernetes.io/service-name': 'web' },
    annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': 'now' },
    managedFields: [],
  };
  const ports = [{ name: '', port: 80 }];
  const whole = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, endpoints: list, ports };
  return whole as unknown as EndpointSlice;
}
