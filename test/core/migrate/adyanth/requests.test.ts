import { describe, expect, it } from '@jest/globals';
import { configMapsToRead, secretsToRead } from '../../../../src/core/migrate/adyanth/parse.ts';
import { type Traits, aService } from '../../../support/builders.ts';
import { aRule, cloudflared, configIn, running, tokenIn } from '../a-cluster.ts';
import { CONFIG, CONTROLLER, FINALIZER, GROUP, TAKEN, binding, found, messages, theirs } from './a-former-cluster.ts';

describe('a ClusterTunnel', () => {
  const label = { 'cfargotunnel.com/is-cluster-tunnel': 'true' };
  const wide = cloudflared('infra/wide');
  const labelled = { ...wide, metadata: { ...wide.metadata, labels: label } };
  const decoys = [cloudflared('a/wide'), running('b/other', {}, { labels: label })];

  it('is taken over from the namespace of its connectors', () => {
    const facts = {
      deployments: [CONTROLLER, ...decoys, labelled],
      configMaps: [configIn('infra/wide', CONFIG)],
      secrets: [tokenIn('infra/cloudflare')],
    };

    expect(found([theirs({}, 'wide')], facts)).toStrictEqual({
      takeovers: [
        {
          ...TAKEN,
          tunnel: 'cftunnel-system/wide',
          credentials: 'wide-cloudflare-api',
          copy: {
            from: 'infra/cloudflare',
            to: 'cftunnel-system/wide-cloudflare-api',
            keys: { CLOUDFLARE_API_TOKEN: 'CLOUDFLARE_API_TOKEN' },
            literals: {},
          },
          connectorNamespace: 'infra',
          connectors: ['infra/wide'],
          leftovers: [`kubectl delete clustertunnels.${GROUP} wide`],
        },
      ],
      problems: [],
    });
  });

  it('has its parts in the namespace of its operator, unless its connectors run elsewhere', () => {
    const facts = { foreign: [theirs({}, 'wide'), theirs()], deployments: decoys };

    expect(configMapsToRead(facts)).toStrictEqual(['cloudflare-operator-system/wide', 'shop/home']);
    expect(secretsToRead(facts)).toStrictEqual(['cloudflare-operator-system/cloudflare', 'shop/cloudflare']);
    expect(configMapsToRead({ ...facts, deployments: [...decoys, labelled] })).toStrictEqual([
      'infra/wide',
      'shop/home',
    ]);
  });
});

describe('a TunnelBinding', () => {
  const toHome = { kind: 'Tunnel', name: 'home' };
  const subjects = [{ name: 'web' }, { name: 'api', spec: { fqdn: 'Api.example.net' } }];

  it('is released with its Tunnel, and tells of what is not served', () => {
    const objects = [theirs({ finalizers: [FINALIZER] }), binding('shop/b', toHome, subjects, ['other', FINALIZER])];
    const release = { apiVersion: `${GROUP}/v1alpha2`, finalizers: [FINALIZER], annotations: [], labels: [] };

    expect(found(objects)).toStrictEqual({
      takeovers: [
        {
          ...TAKEN,
          releases: [
            { ...release, kind: 'Tunnel', key: 'shop/home' },
            { ...release, kind: 'TunnelBinding', key: 'shop/b' },
          ],
          leftovers: [`kubectl delete tunnelbindings.${GROUP} -n shop b`, ...TAKEN.leftovers],
        },
      ],
      problems: [
        {
          effect: 'left',
          message:
            'TunnelBinding shop/b asks for api.example.net, which is not served today, so it is left out. Annotate its Service afterwards',
        },
      ],
    });
  });

  it('may leave records to somebody else', () => {
    const objects = [theirs(), binding('shop/b', { ...toHome, disableDNSUpdates: true }, [{ name: 'web' }])];

    expect(found(objects).takeovers).toMatchObject([
      { rules: [aRule('web.example.com', 'http://web', { hasManagedRecord: false })], ownership: [] },
    ]);
  });

  it.each([
    { key: 'shop/b', ref: toHome, isBound: true },
    { key: 'shop/b', ref: { name: 'home' }, isBound: true },
    { key: 'blog/b', ref: toHome, isBound: false },
    { key: 'shop/b', ref: { kind: 'Tunnel', name: 'house' }, isBound: false },
    { key: 'shop/b', ref: { kind: 'ClusterTunnel', name: 'home' }, isBound: false },
    { key: 'shop/b', ref: 7, isBound: false },
  ])('of $key with $ref is for the Tunnel: $isBound', ({ key, ref, isBound }) => {
    const leftovers = found([theirs(), binding(key, ref as object, 'none')]).takeovers[0]?.leftovers;

    expect(leftovers).toHaveLength(isBound ? 2 : 1);
  });

  it('of any namespace may be for a ClusterTunnel', () => {
    const bound = binding('blog/b', { kind: 'clusterTunnel', name: 'wide' }, [{}]);
    const facts = {
      deployments: [CONTROLLER, cloudflared('cloudflare-operator-system/wide')],
      configMaps: [configIn('cloudflare-operator-system/wide', CONFIG)],
    };

    expect(found([theirs({}, 'wide'), bound], facts).takeovers[0]?.leftovers).toStrictEqual([
      `kubectl delete tunnelbindings.${GROUP} -n blog b`,
      `kubectl delete clustertunnels.${GROUP} wide`,
    ]);
  });
});

describe('a Service with annotations', () => {
  const FORMER = 'tunnels.networking.cfargotunnel.com/';
  const web = (annotations: Readonly<Record<string, string>>, traits: Traits = {}, key = 'shop/web') => {
    const service = aService(key, { annotations, ...traits });
    return { ...service, metadata: { ...service.metadata, finalizers: [FINALIZER, `${FORMER}finalizer`, 'other'] } };
  };

  it('is released from what the other operator has written', () => {
    const annotations = { 'cfargotunnel.com/tunnel': 'home', [`${FORMER}fqdn`]: 'web.example.com', other: 'x' };
    const labels = { 'cfargotunnel.com/hostname': 'x', [`${FORMER}cr`]: 'y', app: 'web' };

    expect(found([theirs()], { services: [web(annotations, { labels })] })).toStrictEqual({
      takeovers: [
        {
          ...TAKEN,
          releases: [
            {
              apiVersion: 'v1',
              kind: 'Service',
              key: 'shop/web',
              finalizers: [FINALIZER, `${FORMER}finalizer`],
              annotations: ['cfargotunnel.com/tunnel', `${FORMER}fqdn`],
              labels: ['cfargotunnel.com/hostname', `${FORMER}cr`],
            },
          ],
        },
      ],
      problems: [],
    });
  });

  it.each([
    { annotations: { 'cfargotunnel.com/tunnel': 'home' }, hostname: 'api.example.com' },
    { annotations: { [`${FORMER}cr`]: 'home' }, hostname: 'api.example.com' },
    {
      annotations: { 'cfargotunnel.com/tunnel': 'home', 'cfargotunnel.com/fqdn': 'A.example.net' },
      hostname: 'a.example.net',
    },
    { annotations: { [`${FORMER}cr`]: 'home', [`${FORMER}fqdn`]: 'b.example.net' }, hostname: 'b.example.net' },
    { annotations: { 'cfargotunnel.com/tunnel': 'house', [`${FORMER}cr`]: 'home' }, hostname: undefined },
    { annotations: { 'cfargotunnel.com/cluster-tunnel': 'home' }, hostname: undefined },
    { annotations: { 'cfargotunnel.com/tunnel': 'home' }, key: 'blog/api', hostname: undefined },
    { annotations: {}, hostname: undefined },
  ])('of $annotations asks for $hostname', ({ annotations, key = 'shop/api', hostname }) => {
    expect(messages(found([theirs()], { services: [web(annotations, {}, key)] }))).toStrictEqual(
      hostname === undefined
        ? []
        : [
            `left: Service shop/api asks for ${hostname}, which is not served today, so it is left out. Annotate its Service afterwards`,
          ],
    );
  });

  it('of any namespace may ask for a ClusterTunnel', () => {
    const facts = {
      deployments: [CONTROLLER, cloudflared('cloudflare-operator-system/wide')],
      configMaps: [configIn('cloudflare-operator-system/wide', CONFIG)],
      secrets: [tokenIn('cloudflare-operator-system/cloudflare')],
    };
    const services = [
      web({ 'cfargotunnel.com/cluster-tunnel': 'wide' }, {}, 'blog/web'),
      web({ 'cfargotunnel.com/tunnel': 'wide' }),
    ];

    expect(found([theirs({}, 'wide')], { ...facts, services }).takeovers).toMatchObject([
      { releases: [{ key: 'blog/web' }] },
    ]);
  });
});
