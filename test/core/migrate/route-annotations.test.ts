import { describe, expect, it } from '@jest/globals';
import { ORIGIN_ANNOTATIONS } from '../../../src/api/origin-annotations.ts';
import type { PlacedRule } from '../../../src/core/migrate/placement.ts';
import { routeAnnotations } from '../../../src/core/migrate/route-annotations.ts';
import type { ServedRule } from '../../../src/core/migrate/takeover.ts';
import { aRule, withPorts } from './a-cluster.ts';

const TIMEOUT = ORIGIN_ANNOTATIONS.filter(({ setting }) => setting === 'connectTimeout');

function placed(hostname: string, rule: Partial<ServedRule> = {}, parts: Partial<PlacedRule> = {}): PlacedRule {
  const service = withPorts('shop/web', 80);
  return { rule: aRule(hostname, 'x', rule), service, port: 80, protocol: 'http', settings: new Map(), ...parts };
}

const ONE = { 'cftunnel.io/tunnel': 'home', 'cftunnel.io/port': '80', 'cftunnel.io/protocol': 'http' };

describe('the annotations of a Service', () => {
  it.each<{ name: string; rules: readonly PlacedRule[]; tunnel?: string; annotations: object }>([
    { name: 'without routes', rules: [], annotations: {} },
    {
      name: 'with one route',
      rules: [placed('a.example.com')],
      annotations: { ...ONE, 'cftunnel.io/hostname': 'a.example.com' },
    },
    {
      name: 'of another namespace than the Tunnel',
      rules: [placed('a.example.com')],
      tunnel: 'infra/home',
      annotations: { ...ONE, 'cftunnel.io/tunnel': 'infra/home', 'cftunnel.io/hostname': 'a.example.com' },
    },
    {
      name: 'whose record somebody else looks after',
      rules: [placed('a.example.com', { hasManagedRecord: false })],
      annotations: { ...ONE, 'cftunnel.io/hostname': 'a.example.com', 'cftunnel.io/dns': 'disabled' },
    },
    {
      name: 'with routes that differ only in their hostname',
      rules: ['a.example.com', 'b.example.com'].map((hostname) =>
        placed(hostname, { path: '^/api' }, { settings: new Map(TIMEOUT.map((one) => [one, '5s'])) }),
      ),
      annotations: {
        ...ONE,
        'cftunnel.io/hostname': 'a.example.com, b.example.com',
        'cftunnel.io/path': '^/api',
        'cftunnel.io/path-type': 'Regex',
        'cftunnel.io/origin-connect-timeout': '5s',
      },
    },
    {
      name: 'with routes that differ',
      rules: [
        placed('a.example.com', { path: '/api', isPrefix: true }, { port: 8080, protocol: 'https' }),
        placed('a.example.com', {}, { settings: new Map(TIMEOUT.map((one) => [one, '5s'])) }),
      ],
      annotations: {
        'cftunnel.io/tunnel': 'home',
        'cftunnel.io/routes':
          '- {"hostname":"a.example.com","path":"/api","pathType":"Prefix","port":8080,"protocol":"https"}\n- {"hostname":"a.example.com","port":80,"protocol":"http","origin":{"connectTimeout":"5s"}}\n',
      },
    },
  ])('$name', ({ rules, tunnel = 'shop/home', annotations }) => {
    expect(routeAnnotations(tunnel, rules)).toStrictEqual(annotations);
  });
});
