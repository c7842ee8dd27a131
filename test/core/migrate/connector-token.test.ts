import { describe, expect, it } from '@jest/globals';
import type { Container, Volume } from '../../../src/core/migrate/facts.ts';
import { connectorOf } from './connector-pods.ts';

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
    {
      case: 'a Secret of no name',
      container: { env: [variable({ secretKeyRef: { key: 'value' } })] },
      token: { unknown: true },
    },
    { case: 'no key', container: { env: [variable({ secretKeyRef: { name: 'token' } })] }, token: { unknown: true } },
    { case: 'nothing of a variable', container: { env: [{ name: 'TUNNEL_TOKEN' }] }, token: { unknown: true } },
    {
      case: 'another variable in an argument',
      container: {
        args: ['run', '--token=$(T)'],
        env: [
          { name: 'TUNNEL_TOKEN', value: 'x' },
          { name: 'T', value: 'abc' },
        ],
      },
      token: { value: 'abc' },
    },
    { case: 'a variable that is missing', container: { args: ['run', '--token=$(T)'] }, token: { unknown: true } },
    { case: 'like a variable', container: { args: ['run', '--token=$(T)x'] }, token: { value: '$(T)x' } },
    { case: 'behind something', container: { args: ['run', '--token=x$(T)'] }, token: { value: 'x$(T)' } },
    { case: 'nothing', container: {}, token: undefined },
  ])('is $case', ({ container, token }) => {
    expect(connectorOf(container)?.token).toEqual(token);
  });
});

describe('the file with the token of a connector', () => {
  const mounted = { volumeMounts: [{ name: 'token', mountPath: '/t' }] };
  const secret = { name: 'token', secret: { secretName: 'token' } };

  it.each<{ case: string; container: Container; volume: Volume; token: unknown }>([
    {
      case: 'a Secret',
      container: { args: ['run', '--token-file', '/t/a'] },
      volume: secret,
      token: { secret: 'shop/token', key: 'a' },
    },
    {
      case: 'a Secret that a variable names',
      container: { env: [{ name: 'TUNNEL_TOKEN_FILE', value: '/t/a' }] },
      volume: secret,
      token: { secret: 'shop/token', key: 'a' },
    },
    {
      case: 'a ConfigMap',
      container: { args: ['run', '--token-file', '/t/a'] },
      volume: { name: 'token', configMap: { name: 'token' } },
      token: { unknown: true },
    },
    { case: 'no object', container: { args: ['run', '--token-file', '/x'] }, volume: secret, token: { unknown: true } },
  ])('is in $case', ({ container, volume, token }) => {
    expect(connectorOf({ ...container, ...mounted }, [volume])?.token).toStrictEqual(token);
  });
});
