import { describe, expect, it } from '@jest/globals';
import { configMapsToRead, secretsToRead } from '../../../../src/core/migrate/cloudflared/parse.ts';
import { TUNNEL_ID, cloudflared, configIn, tokenIn } from '../a-cluster.ts';
import { EDGE, NOT_FOUND, RULES, TAKEN, TOKEN, found, withToken } from './a-connector.ts';

const two = (other: object, tunnel = TUNNEL_ID) => {
  const deployments = [cloudflared('shop/edge', { replicas: 2 }), cloudflared('blog/edge', { replicas: 3 })];
  const config = { tunnel, ingress: RULES, ...other };
  const configMaps = [configIn('shop/edge', { tunnel: TUNNEL_ID, ingress: RULES }), configIn('blog/edge', config)];
  return found({}, { deployments, configMaps, secrets: [TOKEN, tokenIn('blog/cloudflare')] });
};

describe('several connectors', () => {
  const JOINED = {
    ...TAKEN,
    replicas: 5,
    connectors: ['shop/edge', 'blog/edge'],
    leftovers: ['shop', 'blog'].map((namespace) => `kubectl delete deployment -n ${namespace} edge`),
  };

  it('of one tunnel become one Tunnel', () => {
    expect(two({})).toStrictEqual({ takeovers: [JOINED], problems: [] });
  });

  it.each([
    { other: { ingress: [NOT_FOUND] } },
    { other: { ingress: [...RULES.slice(0, 1), { service: 'http_status:403' }] } },
    { other: { originRequest: { connectTimeout: '5s' } } },
  ])('of one tunnel with different rules are blocked: $other', ({ other }) => {
    const message =
      'The Deployments shop/edge and blog/edge run the same tunnel with different rules, so answers depend on chance. Give them the same rules first';

    expect(two(other)).toStrictEqual({ takeovers: [JOINED], problems: [{ effect: 'blocked', message }] });
  });

  it('of several tunnels become as many Tunnels', () => {
    expect(two({}, 'other').takeovers.map(({ tunnel }) => tunnel)).toStrictEqual(['shop/edge', 'blog/edge']);
  });
});

describe('what a migration reads', () => {
  const env = [{ name: 'TUNNEL_TOKEN', valueFrom: { secretKeyRef: { name: 't', key: 'k' } } }];
  const image = 'cloudflared';
  const mounting = cloudflared('blog/edge', { secret: 'creds', pod: { containers: [{ image, env }] } });
  const deployments = [EDGE, mounting, withToken({ args: ['--token', 'x'] }, 'yard/edge')];

  it('are the ConfigMaps with rules, and the Secrets with tokens and credentials', () => {
    expect(configMapsToRead({ deployments })).toStrictEqual(['shop/edge']);
    expect(secretsToRead({ deployments })).toStrictEqual([
      'shop/cloudflare',
      'blog/cloudflare',
      'blog/creds',
      'blog/t',
      'yard/cloudflare',
    ]);
    expect(secretsToRead({ deployments: [EDGE] }, 'other')).toStrictEqual(['shop/other']);
  });
});
