import { describe, expect, it } from '@jest/globals';
import { LABEL_MANAGED_BY, MANAGED_BY } from '../../../src/api/names.ts';
import { connectorsIn } from '../../../src/core/migrate/connector.ts';
import type { Container } from '../../../src/core/migrate/facts.ts';
import { IMAGE, connectorOf, runningBeside } from './connector-pods.ts';

describe('a Deployment', () => {
  it.each([
    { case: 'by its image', container: { image: 'mirror.example/cloudflare/cloudflared@sha256:0' }, count: 1 },
    { case: 'by its command', container: { image: 'own:1', command: ['/usr/bin/cloudflared', 'tunnel'] }, count: 1 },
    { case: 'not by a similar image', container: { image: 'example/cloudflared-exporter:1' }, count: 0 },
    {
      case: 'not by a similar command',
      container: { image: 'own:1', command: ['/bin/cloudflared-exporter'] },
      count: 0,
    },
    { case: 'not by nothing', container: {}, count: 0 },
  ])('is known to run cloudflared $case', ({ container, count }) => {
    expect(connectorsIn([runningBeside(container)])).toHaveLength(count);
  });

  it('without containers runs nothing', () => {
    const workload = runningBeside({});

    expect(
      connectorsIn([
        { ...workload, spec: { template: {} } },
        { ...workload, spec: { template: { spec: {} } } },
      ]),
    ).toStrictEqual([]);
  });

  it('of ours is not one of another tool', () => {
    expect(connectorsIn([runningBeside({ image: IMAGE }, [], { [LABEL_MANAGED_BY]: MANAGED_BY })])).toEqual([]);
  });
});

describe('the command line of a connector', () => {
  it.each<{ container: Container; told: object }>([
    { container: {}, told: {} },
    {
      container: { args: ['tunnel', '--protocol', 'quic', 'run', 'home'] },
      told: { protocol: 'quic', tunnel: 'home' },
    },
    { container: { args: ['run', '--protocol=http2', 'home'] }, told: { protocol: 'http2', tunnel: 'home' } },
    {
      container: {
        env: [
          { name: 'X', value: 'x' },
          { name: 'TUNNEL_TRANSPORT_PROTOCOL', value: 'quic' },
        ],
      },
      told: { protocol: 'quic' },
    },
    { container: { args: ['--cred-file', '/a'] }, told: { credentialsFile: '/a' } },
    { container: { args: ['--cred-file', '/a', '--credentials-file', '/b'] }, told: { credentialsFile: '/b' } },
    { container: { env: [{ name: 'TUNNEL_CRED_FILE', value: '/c' }] }, told: { credentialsFile: '/c' } },
    { container: { command: ['cloudflared', 'run'], args: ['home'] }, told: { tunnel: 'home' } },
    ...['--no-autoupdate', '--no-prechecks', '--post-quantum', '--pq', '--force', '-f', '--management-diagnostics'].map(
      (flag) => ({ container: { args: [flag, 'run', 'home'] }, told: { tunnel: 'home' } }),
    ),
  ])('$container tells $told', ({ container, told }) => {
    const { protocol, credentialsFile, tunnel } = connectorOf(container) ?? {};

    expect({ protocol, credentialsFile, tunnel }).toStrictEqual({
      protocol: undefined,
      credentialsFile: undefined,
      tunnel: undefined,
      ...told,
    });
  });
});
