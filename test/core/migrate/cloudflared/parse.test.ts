import { describe, expect, it } from '@jest/globals';
import { TUNNEL_ID, cloudflared, tokenIn } from '../a-cluster.ts';
import { EDGE, RULES, TAKEN, TOKEN, found } from './a-connector.ts';

describe('a connector with a file of its own', () => {
  it('is taken over with its rules', () => {
    expect(found({})).toStrictEqual({ takeovers: [TAKEN], problems: [] });
  });

  it('keeps its settings, its pods and where they run', () => {
    const spec = { nodeSelector: { disk: 'ssd' }, tolerations: [{ key: 'a' }], priorityClassName: 'high' };
    const edge = cloudflared('shop/edge', { replicas: 3, pod: spec });
    const config = {
      protocol: 'quic',
      originRequest: { connectTimeout: '5s' },
      ingress: [...RULES.slice(0, 1), { service: 'http_status:403' }],
    };

    expect(
      found(config, { deployments: [edge], credentials: 'other', secrets: [tokenIn('shop/other')] }),
    ).toStrictEqual({
      takeovers: [
        {
          ...TAKEN,
          spec: { ...TAKEN.spec, protocol: 'quic' },
          credentials: 'other',
          defaults: { connectTimeout: '5s' },
          fallback: 'http_status:403',
          replicas: 3,
          scheduling: spec,
        },
      ],
      problems: [],
    });
  });

  it.each([
    { argument: 'http2', file: 'quic', protocol: { protocol: 'http2' } },
    { argument: 'auto', file: 'quic', protocol: {} },
  ])('speaks $argument as its command line says, whatever its file', ({ argument, file, protocol }) => {
    const edge = cloudflared('shop/edge', { flags: ['--protocol', argument] });
    const spec = { existingTunnel: { id: TUNNEL_ID }, configMode: 'Local', ...protocol };

    expect(found({ protocol: file }, { deployments: [edge] }).takeovers.map((one) => one.spec)).toStrictEqual([spec]);
  });

  it.each([
    {
      name: 'has a rule that none reaches',
      config: { ingress: [{ hostname: '*.example.com', service: 'http://web' }, ...RULES] },
      messages: [
        'left: The rule of app.example.com is behind a wider one that answers for it, so it is left out',
        'left: *.example.com gets a DNS record if it has none',
      ],
    },
    {
      name: 'has its rules at Cloudflare',
      config: { ingress: [] },
      messages: [
        'left: The rules of Deployment shop/edge are at Cloudflare. They stay as they are, and status.config.existingRules of the Tunnel lists them',
      ],
    },
    {
      name: 'lacks an API token',
      config: {},
      secrets: [tokenIn('blog/cloudflare')],
      messages: [
        'blocked: Secret shop/cloudflare does not exist. The operator needs an API token in it: kubectl create secret generic -n shop cloudflare --from-literal=CLOUDFLARE_API_TOKEN=...',
      ],
    },
  ])('is told about if it $name', ({ config, secrets = [TOKEN], messages }) => {
    const { takeovers, problems } = found(config, { secrets });

    expect(problems.map(({ effect, message }) => `${effect}: ${message}`)).toStrictEqual(messages);
    expect(takeovers).toHaveLength(1);
  });

  it.each([
    { ingress: [], configMode: 'Remote', fallback: 'http_status:404' },
    { ingress: [{ service: 'http_status:503' }], configMode: 'Remote', fallback: 'http_status:404' },
    { ingress: [{ service: 'http_status:403' }], configMode: 'Local', fallback: 'http_status:403' },
    { ingress: [RULES[0], { service: 'http_status:503' }], configMode: 'Local', fallback: 'http_status:503' },
  ])('with $ingress has its rules here or at Cloudflare: $configMode', ({ ingress, configMode, fallback }) => {
    expect(found({ ingress }).takeovers).toMatchObject([{ spec: { configMode }, fallback }]);
  });

  it.each([
    {
      config: { 'warp-routing': { enabled: true } },
      why: 'it routes private networks (warp-routing), which a Tunnel does not. Run these with a tunnel of their own',
    },
    { config: { ingress: ['text'] }, why: 'its configuration has an entry in ingress that is no rule' },
    { config: { tunnel: null }, why: 'neither its configuration nor its token says for which tunnel it is' },
  ])('cannot be migrated if $why', ({ config, why }) => {
    expect(found(config)).toStrictEqual({
      takeovers: [],
      problems: [{ effect: 'blocked', message: `Deployment shop/edge cannot be migrated: ${why}` }],
    });
  });

  it('cannot be migrated if nobody has its file', () => {
    const message =
      'Deployment shop/edge cannot be migrated: its configuration is in no ConfigMap or Secret of the cluster. Put it into a ConfigMap first';

    expect(found({}, { configMaps: [] })).toStrictEqual({ takeovers: [], problems: [{ effect: 'blocked', message }] });
  });

  it('is left to the tool that looks after it', () => {
    const [adyanth, strrl] = ['cfargotunnel.com/app', 'strrl.dev/cloudflare-tunnel-ingress-controller'].map((label) => {
      return { ...EDGE, metadata: { ...EDGE.metadata, labels: { [label]: 'x' } } };
    });

    expect(found({}, { deployments: [adyanth!, strrl!] })).toStrictEqual({
      takeovers: [],
      problems: ['adyanth', 'strrl'].map((tool) => ({
        effect: 'left',
        message: `Deployment shop/edge is looked after by another tool and is left out. For it: cftunnel migrate ${tool}`,
      })),
    });
  });
});
