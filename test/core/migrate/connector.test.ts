import { describe, expect, it } from '@jest/globals';
import { connectorsIn } from '../../../src/core/migrate/connector.ts';
import type { Container, Volume, Workload } from '../../../src/core/migrate/facts.ts';
import { LABEL_MANAGED_BY, MANAGED_BY } from '../../../src/api/names.ts';

const IMAGE = 'cloudflare/cloudflared:2026.8.2';

function running(container: Container, volumes: readonly Volume[] = [], labels = {}): Workload {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'edge', namespace: 'shop', labels },
    spec: { template: { spec: { containers: [{ image: 'example/sidecar:1' }, container], volumes } } },
  };
}

function connectorOf(container: Container, volumes: readonly Volume[] = []) {
  return connectorsIn([running({ image: IMAGE, ...container }, volumes)])[0];
}

describe('a Deployment', () => {
  it.each([
    { case: 'by its image', container: { image: 'mirror.example/cloudflare/cloudflared@sha256:0' }, count: 1 },
    { case: 'by its command', container: { image: 'own:1', command: ['/usr/bin/cloudflared', 'tunnel'] }, count: 1 },
    { case: 'not by a similar image', container: { image: 'example/cloudflared-exporter:1' }, count: 0 },
  ])('is known to run cloudflared $case', ({ container, count }) => {
    expect(connectorsIn([running(container)])).toHaveLength(count);
  });

  it('of ours is not one of another tool', () => {
    expect(connectorsIn([running({ image: IMAGE }, [], { [LABEL_MANAGED_BY]: MANAGED_BY })])).toEqual([]);
  });
});

function variable(valueFrom: object) {
  return { name: 'TUNNEL_TOKEN', valueFrom };
}

describe('the token of a connector', () => {
  it.each<{ case: string; container: Container; token: unknown }>([
    { case: 'an argument', container: { args: ['tunnel', 'run', '--token', 'abc'] }, token: { value: 'abc' } },
    { case: 'a joined argument', container: { args: ['tunnel', 'run', '--token=abc'] }, token: { value: 'abc' } },
    { case: 'a variable', container: { env: [{ name: 'TUNNEL_TOKEN', value: 'abc' }] }, token: { value: 'abc' } },
    {
      case: 'a Secret',
      container: { env: [variable({ secretKeyRef: { name: 'token', key: 'value' } })] },
      token: { secret: 'shop/token', key: 'value' },
    },
    {
      case: 'a variable in an argument',
      container: {
        args: ['tunnel', 'run', '--token', '$(TUNNEL_TOKEN)'],
        env: [variable({ secretKeyRef: { name: 'token', key: 'value' } })],
      },
      token: { secret: 'shop/token', key: 'value' },
    },
    { case: 'something else', container: { env: [variable({})] }, token: { unknown: true } },
    { case: 'nothing', container: {}, token: undefined },
  ])('is $case', ({ container, token }) => {
    expect(connectorOf(container)?.token).toEqual(token);
  });
});

describe('the configuration of a connector', () => {
  const mount = { name: 'config', mountPath: '/etc/cloudflared' };

  it.each([
    {
      case: 'a key of a ConfigMap',
      volume: { configMap: { name: 'rules' } },
      args: ['--config', '/etc/cloudflared/a.yaml'],
      key: 'a.yaml',
      kind: 'ConfigMap',
    },
    {
      case: 'an item under another name',
      volume: { configMap: { name: 'rules', items: [{ key: 'k', path: 'a.yaml' }] } },
      args: ['--config=/etc/cloudflared/a.yaml'],
      key: 'k',
      kind: 'ConfigMap',
    },
    {
      case: 'where cloudflared looks for it',
      volume: { secret: { secretName: 'rules' } },
      args: [],
      key: 'config.yml',
      kind: 'Secret',
    },
  ])('is $case', ({ volume, args, key, kind }) => {
    const container = { args: ['tunnel', ...args, 'run', 'home'], volumeMounts: [mount] };

    expect(connectorOf(container, [{ name: 'config', ...volume }])).toMatchObject({
      config: { kind, object: 'shop/rules', key },
      tunnel: 'home',
    });
  });

  it('is a file that is mounted alone', () => {
    const volumeMounts = [{ name: 'config', mountPath: '/conf.yaml', subPath: 'config.yaml' }];
    const container = {
      args: ['tunnel', '--no-autoupdate', '--config', '/conf.yaml', '--protocol', 'quic', 'run'],
      volumeMounts,
    };

    expect(connectorOf(container, [{ name: 'config', configMap: { name: 'rules' } }])).toMatchObject({
      config: { object: 'shop/rules', key: 'config.yaml' },
      protocol: 'quic',
      tunnel: undefined,
    });
  });
});
