import { describe, expect, it } from '@jest/globals';
import { planMigration } from '../../../src/core/migrate/migration.ts';
import type { Takeover } from '../../../src/core/migrate/takeover.ts';
import { TUNNEL_ID, aRule, aTakeover, anInput, withPorts } from './a-cluster.ts';

function plan(takeovers: readonly Takeover[]) {
  return planMigration({ takeovers, problems: [] }, anInput({ services: [withPorts('shop/web', 80)] }));
}

const SPEC = { existingTunnel: { id: TUNNEL_ID }, configMode: 'Local' } as const;
const BARE = {
  credentialsRef: { name: 'cloudflare' },
  ...SPEC,
  replicas: 2,
  dns: { onConflict: 'Adopt' },
};

function asked(hostname: string) {
  return {
    'cftunnel.io/tunnel': 'home',
    'cftunnel.io/hostname': hostname,
    'cftunnel.io/port': '80',
    'cftunnel.io/protocol': 'http',
  };
}

// Invariant 48.
describe('a plan', () => {
  const copy = { from: 'infra/api', to: 'shop/api', keys: { CLOUDFLARE_API_TOKEN: 'token' }, literals: {} };
  const tunnel = {
    apiVersion: 'cftunnel.io/v1alpha1',
    kind: 'Tunnel',
    metadata: { namespace: 'shop', name: 'home' },
    spec: BARE,
  };

  it('has every object and step in its order', () => {
    const rules = [aRule('web.example.com', 'http://web.shop.svc'), aRule('nas.example.com', 'http://10.0.0.5')];
    const release = {
      apiVersion: 'v1',
      kind: 'Service',
      key: 'shop/web',
      finalizers: ['f'],
      annotations: [],
      labels: [],
    };
    const ownership = [{ hostname: 'web.example.com', contains: [] }];
    const name = 'host-10-0-0-5-80';
    const { objects, steps, problems, leftovers } = plan([
      aTakeover({
        rules,
        copy,
        ownership,
        replacesRemoteRules: true,
        controllers: ['tool/controller'],
        paused: ['tool/dns'],
        releases: [release],
        leftovers: ['rm a', 'rm b'],
      }),
      aTakeover({ tunnel: 'blog/home', connectors: [], controllers: ['tool/controller'], leftovers: ['rm b'] }),
    ]);
    const named = [
      { service: 'shop/web', hostname: 'web.example.com', path: undefined },
      { service: `shop/${name}`, hostname: 'nas.example.com', path: undefined },
    ];
    const services = named.map(({ service }) => service);
    const nas = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { ports: [{ port: 80 }] },
    };
    const slice = expect.objectContaining({
      kind: 'EndpointSlice',
      metadata: expect.not.objectContaining({ annotations: {} }),
    });
    const blog = { ...tunnel, metadata: { namespace: 'blog', name: 'home' } };

    expect({ problems, leftovers }).toStrictEqual({ problems: [], leftovers: ['rm a', 'rm b'] });
    expect(objects).toStrictEqual([
      tunnel,
      { ...nas, metadata: { ...nas.metadata, annotations: asked('nas.example.com') } },
      slice,
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace: 'shop', name: 'web', annotations: asked('web.example.com') },
      },
      blog,
    ]);
    expect(steps).toStrictEqual([
      { kind: 'copy secret', copy },
      { kind: 'create object', object: nas },
      { kind: 'create object', object: slice },
      { kind: 'create tunnel', tunnel },
      { kind: 'create tunnel', tunnel: blog },
      { kind: 'stop controller', deployment: 'tool/controller' },
      { kind: 'annotate', service: 'shop/web', annotations: asked('web.example.com') },
      { kind: 'annotate', service: `shop/${name}`, annotations: asked('nas.example.com') },
      { kind: 'take over rules', tunnel: 'shop/home', rules: named },
      { kind: 'await rules', tunnel: 'shop/home', rules: named },
      { kind: 'start connectors', tunnel: 'shop/home', replicas: 2 },
      { kind: 'await exposure', tunnel: 'shop/home', services },
      { kind: 'stop connectors', deployment: 'shop/edge' },
      { kind: 'start connectors', tunnel: 'blog/home', replicas: 2 },
      { kind: 'await exposure', tunnel: 'blog/home', services: [] },
      { kind: 'stop controller', deployment: 'tool/dns' },
      { kind: 'remove ownership', tunnel: 'shop/home', records: ownership },
      { kind: 'release', release },
      { kind: 'start controller', deployment: 'tool/dns' },
    ]);
  });

  it('does not wait for rules that there are not', () => {
    expect(plan([aTakeover({ replacesRemoteRules: true })]).steps.map(({ kind }) => kind)).toStrictEqual([
      'create tunnel',
      'start connectors',
      'await exposure',
      'stop connectors',
    ]);
  });
});

describe('the Tunnel of a plan', () => {
  it.each<{ name: string; takeover: Partial<Takeover>; spec: object }>([
    { name: 'nothing', takeover: {}, spec: {} },
    { name: 'a fallback', takeover: { fallback: 'http_status:403' }, spec: { fallback: 'http_status:403' } },
    {
      name: 'settings of origins',
      takeover: { defaults: { connectTimeout: '5s' } },
      spec: { originRequest: { connectTimeout: '5s' } },
    },
    {
      name: 'where its pods run, and their protocol',
      takeover: { spec: { ...SPEC, protocol: 'quic' }, scheduling: { priorityClassName: 'high' } },
      spec: { cloudflared: { protocol: 'quic', priorityClassName: 'high' } },
    },
  ])('keeps $name', ({ takeover, spec }) => {
    expect(plan([aTakeover(takeover)]).objects).toMatchObject([{ spec: { ...BARE, ...spec } }]);
    expect(
      Object.keys((plan([aTakeover(takeover)]).objects[0] as unknown as { spec: object }).spec).toSorted(),
    ).toStrictEqual(Object.keys({ ...BARE, ...spec }).toSorted());
  });
});
