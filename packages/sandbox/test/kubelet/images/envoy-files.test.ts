import { describe, expect, it } from '@jest/globals';
import { adaptEnvoyFile } from '../../../src/kubelet/images/envoy-files.ts';

const places = {
  path: (text: string) => `/here${text}`,
  address: ({ host, port }: { host: string; port: number }) => ({ host: `here-${host}`, port: port + 1 }),
};

function adapt(file: unknown): unknown {
  return JSON.parse(adaptEnvoyFile(JSON.stringify(file), places));
}

describe('a file of Envoy', () => {
  it.each([
    {
      case: 'the path of a watched file and its folder',
      file: { path_config_source: { path: '/etc/envoy/a.json', watched_directory: { path: '/etc/envoy' } } },
      moved: { path_config_source: { path: '/here/etc/envoy/a.json', watched_directory: { path: '/here/etc/envoy' } } },
    },
    { case: 'a Unix socket', file: { pipe: { path: '/run/a' } }, moved: { pipe: { path: '/here/run/a' } } },
    { case: 'a file of a secret', file: { filename: '/tls/key' }, moved: { filename: '/here/tls/key' } },
    {
      case: 'an address',
      file: { socket_address: { address: '10.244.0.1', port_value: 80 } },
      moved: { socket_address: { address: 'here-10.244.0.1', port_value: 81 } },
    },
    {
      case: 'an address in camel case',
      file: [{ socketAddress: { address: '10.244.0.1', portValue: 80 } }].map((address) => ({ address }))[0],
      moved: { address: { socketAddress: { address: 'here-10.244.0.1', portValue: 81 } } },
    },
  ])('has $case of this machine', ({ file, moved }) => {
    expect(adapt({ resources: [file] })).toEqual({ resources: [moved] });
  });

  it.each([
    { case: 'the path of a request', file: { match: { path: '/etc/envoy' }, rewrite: { path: '/run' } } },
    { case: 'anything else', file: { name: '/etc/envoy', address: '10.244.0.1', prefix: '/run' } },
  ])('keeps $case', ({ file }) => {
    expect(adapt(file)).toEqual(file);
  });

  it('that is YAML is read as such', () => {
    expect(JSON.parse(adaptEnvoyFile('pipe:\n  path: /run/a\n', places))).toEqual({ pipe: { path: '/here/run/a' } });
  });

  it.each(['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', 'text', '{'])('is kept: %j', (text) => {
    expect(adaptEnvoyFile(text, places)).toBe(text);
  });
});
