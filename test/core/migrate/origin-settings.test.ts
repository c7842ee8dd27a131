import { describe, expect, it } from '@jest/globals';
import { originSettings, tunnelSettings } from '../../../src/core/migrate/origin-settings.ts';
import type { FileSource } from '../../../src/core/migrate/takeover.ts';

type Settings = Readonly<Record<string, unknown>>;

interface Given {
  readonly own?: Settings;
  readonly defaults?: Settings;
  readonly protocol?: string;
  readonly file?: FileSource;
}

/** The settings of a route to a Service in namespace shop. */
function read({ own = {}, defaults = {}, protocol = 'https', file }: Given) {
  const findFile = (path: string) => (path === '/ca.pem' ? file : undefined);
  const { values, ...rest } = originSettings(own, { defaults, protocol, namespace: 'shop', findFile });
  return { values: Object.fromEntries([...values].map(([{ setting }, value]) => [setting, value])), ...rest };
}

const NOTHING = { values: {}, copies: [], problems: [] };

describe('the settings of a route', () => {
  it.each<{ name: string; given: Given; values: Settings }>([
    {
      name: 'are those of its rule',
      given: { own: { connectTimeout: '5s', keepAliveConnections: 7, http2Origin: true, httpHostHeader: 'x.example' } },
      values: { httpHostHeader: 'x.example', http2Origin: true, connectTimeout: '5s', keepAliveConnections: 7 },
    },
    {
      name: 'may take the place of a default',
      given: { own: { noTLSVerify: false }, defaults: { noTLSVerify: true } },
      values: { noTLSVerify: false },
    },
    {
      name: 'are not repeated',
      given: { own: { connectTimeout: '5s' }, defaults: { connectTimeout: '5s' } },
      values: {},
    },
    {
      name: 'are not those of the Tunnel',
      given: { defaults: { connectTimeout: '5s', noTLSVerify: true } },
      values: {},
    },
    {
      name: 'leave out what is off',
      given: { own: { noTLSVerify: false, httpHostHeader: '', originServerName: null } },
      values: {},
    },
    {
      name: 'leave out what has no effect',
      given: { own: { noTLSVerify: true, connectTimeout: '5s' }, protocol: 'http' },
      values: { connectTimeout: '5s' },
    },
    { name: 'leave out what nobody knows', given: { own: { proxyAddress: '127.0.0.1' } }, values: {} },
  ])('$name', ({ given, values }) => {
    expect(read(given)).toStrictEqual({ ...NOTHING, values });
  });

  it.each<{ name: string; given: Given; problems: readonly unknown[] }>([
    {
      name: 'a value',
      given: { own: { connectTimeout: 5 } },
      problems: [expect.stringMatching(/^its connectTimeout "5" must be a duration/)],
    },
    { name: 'bastionMode', given: { own: { bastionMode: true } }, problems: ['bastionMode has no counterpart here'] },
    { name: 'bastionMode that is off', given: { own: { bastionMode: false } }, problems: [] },
    { name: 'ipRules', given: { own: { ipRules: [{}] } }, problems: ['ipRules have no counterpart here'] },
    { name: 'no ipRules', given: { own: { ipRules: [] } }, problems: [] },
    {
      name: 'Access',
      given: { defaults: { access: { required: true } } },
      problems: ['its access.required has no counterpart here, and without it the hostname would be open'],
    },
    { name: 'Access that is off', given: { own: { access: { required: false } } }, problems: [] },
  ])('may have no counterpart: $name', ({ given, problems }) => {
    expect(read(given)).toStrictEqual({ ...NOTHING, problems });
  });
});

describe('certificates that a route trusts', () => {
  const inShop = { kind: 'ConfigMap', object: 'shop/ca', key: 'a.crt' } as const;
  const copy = { from: 'infra/ca', to: 'shop/ca', keys: { 'a.crt': 'a.crt' }, literals: {} };

  it.each<{ name: string; file?: FileSource; result: object }>([
    { name: 'of its own namespace', file: inShop, result: { values: { caPool: 'ca/a.crt' } } },
    {
      name: 'of a Secret elsewhere',
      file: { ...inShop, kind: 'Secret', object: 'infra/ca' },
      result: { values: { caPool: 'ca/a.crt' }, copies: [copy] },
    },
    {
      name: 'of a ConfigMap elsewhere',
      file: { ...inShop, object: 'infra/ca' },
      result: { problems: ['its caPool is in ConfigMap infra/ca; copy it to namespace shop, where the Service is'] },
    },
    {
      name: 'of nowhere',
      result: {
        problems: ['its caPool /ca.pem is in no ConfigMap or Secret of the cluster; put the certificates into one'],
      },
    },
  ])('are named by their object: $name', ({ file, result }) => {
    const given = { own: { caPool: '/ca.pem' }, ...(file === undefined ? {} : { file }) };

    expect(read(given)).toStrictEqual({ ...NOTHING, ...result });
  });

  it('are said for each route, because a Tunnel has none', () => {
    expect(read({ defaults: { caPool: '/ca.pem' }, file: inShop })).toStrictEqual({
      ...NOTHING,
      values: { caPool: 'ca/a.crt' },
    });
    expect(read({ own: { caPool: '' } })).toStrictEqual(NOTHING);
  });
});

it.each<{ defaults: Settings; settings: object }>([
  { defaults: {}, settings: { problems: [] } },
  {
    defaults: { noTLSVerify: false, httpHostHeader: '', connectTimeout: null, caPool: '/a' },
    settings: { problems: [] },
  },
  {
    defaults: { noTLSVerify: true, keepAliveConnections: 5, connectTimeout: '5s' },
    settings: { originRequest: { noTLSVerify: true, connectTimeout: '5s', keepAliveConnections: 5 }, problems: [] },
  },
  {
    defaults: { noTLSVerify: true, connectTimeout: 5 },
    settings: {
      originRequest: { noTLSVerify: true },
      problems: [expect.stringMatching(/^connectTimeout "5" must be/)],
    },
  },
])('a Tunnel has the settings of $defaults', ({ defaults, settings }) => {
  expect(tunnelSettings(defaults)).toStrictEqual(settings);
});
