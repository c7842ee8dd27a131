import { describe, expect, it } from '@jest/globals';
import { parseStrrl, secretsToRead } from '../../../../src/core/migrate/strrl/parse.ts';
import { aRule, anInput, running } from '../a-cluster.ts';
import { ENV, FLAGS, NAME, SECRET, anIngress, connector, controller, found } from './a-controller.ts';

describe('a controller', () => {
  it('is taken over with its Ingresses, its connectors and its records', () => {
    const scheduling = { nodeSelector: { disk: 'ssd' } };
    const held = anIngress('shop/b', { path: '/api', finalizers: [`${NAME}-controlled`] });
    const deployments = [
      connector('other/c'),
      running('ingress/other', {}),
      connector('ingress/c1', { spec: { replicas: 2, template: { spec: scheduling } } }),
      connector('ingress/c2', { spec: { replicas: 3, template: {} } }),
      controller(),
    ];

    expect(
      found({ deployments, ingresses: [held, anIngress('shop/a'), anIngress('shop/c', { className: 'nginx' })] }),
    ).toStrictEqual({
      takeovers: [
        {
          tunnel: 'ingress/mall-tunnel',
          spec: { accountId: 'acc', existingTunnel: { name: 'Mall & Tunnel!' }, configMode: 'Remote' },
          credentials: 'mall-tunnel-cloudflare-api',
          copy: {
            from: 'ingress/api',
            to: 'ingress/mall-tunnel-cloudflare-api',
            keys: { CLOUDFLARE_API_TOKEN: 'token' },
            literals: {},
          },
          rules: [
            aRule('app.example.com', 'http://web.shop.svc:80', { path: '/api', isPrefixMeant: true }),
            { ...aRule('app.example.com', 'http://web.shop.svc:80'), isPrefixMeant: true },
          ],
          connectorNamespace: 'ingress',
          defaults: {},
          fallback: 'http_status:404',
          findFile: expect.any(Function),
          replacesRemoteRules: true,
          replicas: 5,
          scheduling,
          connectors: ['ingress/c1', 'ingress/c2'],
          paused: [],
          controllers: ['ingress/controller'],
          releases: [
            {
              apiVersion: 'networking.k8s.io/v1',
              kind: 'Ingress',
              key: 'shop/b',
              finalizers: [`${NAME}-controlled`],
              annotations: [],
              labels: [],
            },
          ],
          ownership: Array.from({ length: 2 }, () => ({
            hostname: 'app.example.com',
            name: '_ctic_managed.app.example.com',
            contains: [NAME, 'Mall & Tunnel!'],
          })),
          leftovers: [
            'kubectl delete ingress -n shop a',
            'kubectl delete ingress -n shop b',
            'helm uninstall of the release to which Deployment ingress/controller belongs',
          ],
        },
      ],
      problems: [],
    });
  });

  it('without connectors and Ingresses is taken over too', () => {
    const { takeovers } = found();

    expect(takeovers).toMatchObject([{ replicas: 0, scheduling: {}, connectors: [], rules: [], releases: [] }]);
    expect(takeovers[0]?.findFile('/a')).toBeUndefined();
    expect(parseStrrl(anInput())).toStrictEqual({ takeovers: [], problems: [] });
  });

  it.each([
    { tunnelName: 'home', key: 'ingress/home' },
    { tunnelName: '-A_b-', key: 'ingress/a-b' },
    { tunnelName: '***', key: 'ingress/tunnel' },
  ])('of tunnel $tunnelName becomes Tunnel $key', ({ tunnelName, key }) => {
    const deployments = [controller({ command: [...FLAGS.slice(0, 3), `--cloudflare-tunnel-name=${tunnelName}`] })];

    expect(found({ deployments }).takeovers).toMatchObject([
      { tunnel: key, spec: { existingTunnel: { name: tunnelName } } },
    ]);
  });

  it('uses the Secret that the user names, and says no account that nobody tells', () => {
    const deployments = [controller({ command: ['--cloudflare-tunnel-name=home', '--cloudflare-api-token=secret'] })];
    const [takeover] = found({ deployments, credentials: 'mine' }).takeovers;

    expect(takeover).toMatchObject({ credentials: 'mine', spec: { existingTunnel: { name: 'home' } } });
    expect(takeover).not.toHaveProperty('copy');
    expect(takeover?.spec).not.toHaveProperty('accountId');
    expect(found({ credentials: 'mine' }).takeovers[0]).not.toHaveProperty('copy');
  });

  it.each([
    { name: 'no flag', container: { command: FLAGS.slice(0, 3) } },
    { name: 'a variable that is missing', container: { env: ENV.slice(0, 2) } },
    { name: 'a Secret that is missing', container: {}, secrets: [] },
    { name: 'a variable from elsewhere', container: { env: [{ name: 'TUNNEL', valueFrom: {} }] } },
  ])('cannot be migrated if the name of its tunnel comes from $name', ({ container, secrets = [SECRET] }) => {
    const message = 'The name of the tunnel of Deployment ingress/controller cannot be read from its flags or Secret';

    expect(found({ deployments: [controller(container)], secrets })).toStrictEqual({
      takeovers: [],
      problems: [{ effect: 'blocked', message }],
    });
  });

  it('reads the name of its tunnel from a variable with a value, as it is', () => {
    const env = [...ENV.slice(0, 2), { name: 'TUNNEL', value: 'home' }];

    expect(found({ deployments: [controller({ env })] }).takeovers).toMatchObject([{ tunnel: 'ingress/home' }]);
  });

  it('needs a Secret with its token', () => {
    const env = [{ name: 'TOKEN', value: 'x' }, ...ENV.slice(1)];
    const message =
      'The API token of Deployment ingress/controller is not in a Secret. Create one with CLOUDFLARE_API_TOKEN in its namespace, and name it with --credentials';

    expect(found({ deployments: [controller({ env })] })).toStrictEqual({
      takeovers: [],
      problems: [{ effect: 'blocked', message }],
    });
  });

  it.each([
    { image: 'ghcr.io/strrl/cloudflare-tunnel-ingress-controller@sha256:0', isFound: true },
    { image: 'cloudflare-tunnel-ingress-controller', isFound: true },
    { image: 'a/my-cloudflare-tunnel-ingress-controller:1', isFound: false },
    { image: 'a/cloudflare-tunnel-ingress-controller-docs:1', isFound: false },
  ])('runs as $image: $isFound', ({ image, isFound }) => {
    expect(found({ deployments: [controller({ image })] }).takeovers).toHaveLength(isFound ? 1 : 0);
  });

  it('has Secrets that are read', () => {
    const plain = controller({ command: ['--cloudflare-tunnel-name=home'] });

    expect(secretsToRead({ deployments: [controller(), plain] })).toStrictEqual([
      'ingress/api',
      'ingress/api',
      'ingress/api',
    ]);
  });
});
