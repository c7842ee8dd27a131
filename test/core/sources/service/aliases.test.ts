import { describe, expect, it } from '@jest/globals';
import { ANNOTATION_ALIASES } from '../../../../src/api/annotation-aliases.ts';
import { readAliases } from '../../../../src/core/sources/service/aliases.ts';

const WEB = { name: 'web', namespace: 'shop' };

describe('annotations of another operator', () => {
  it.each([
    { key: 'tunnel', value: 'home', means: { 'cftunnel.io/tunnel': 'home' } },
    { key: 'cluster-tunnel', value: 'home', means: { 'cftunnel.io/tunnel': 'cftunnel-system/home' } },
    { key: 'fqdn', value: 'a.example.com', means: { 'cftunnel.io/hostname': 'a.example.com' } },
    { key: 'proto', value: 'ssh', means: { 'cftunnel.io/protocol': 'ssh' } },
    { key: 'caPool', value: 'ca', means: { 'cftunnel.io/origin-ca-pool': 'ca' } },
    { key: 'noTlsVerify', value: 'false', means: { 'cftunnel.io/origin-no-tls-verify': 'false' } },
    {
      key: 'target',
      value: 'https://web.shop.svc:8443',
      means: { 'cftunnel.io/protocol': 'https', 'cftunnel.io/port': '8443' },
    },
    { key: 'target', value: 'http://web.shop', means: { 'cftunnel.io/protocol': 'http' } },
    {
      key: 'target',
      value: 'tcp://web.shop.svc.cluster.local:1/',
      means: { 'cftunnel.io/protocol': 'tcp', 'cftunnel.io/port': '1' },
    },
  ])('are read: $key = $value', ({ key, value, means }) => {
    const { annotations, problems, warnings } = readAliases({ [`cfargotunnel.com/${key}`]: value }, WEB);

    expect(annotations).toStrictEqual({ [`cfargotunnel.com/${key}`]: value, ...means });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      { reason: 'AliasRead', message: expect.stringContaining(`cfargotunnel.com/${key} is read as cftunnel.io/`) },
    ]);
  });

  it.each([
    'http://other.shop.svc:80',
    'http://web.other.svc',
    'https://10.0.0.1',
    'http://web.shop.svc@evil:80',
    'http://web.shop.svc:80/path',
    'web',
    'http://web.shop.evil.example',
    'see http://web.shop',
  ])('never lead to another address: %s', (target) => {
    const { annotations, problems } = readAliases({ 'cfargotunnel.com/target': target }, WEB);

    expect(annotations).toEqual({ 'cfargotunnel.com/target': target });
    expect(problems).toEqual([
      { reason: 'InvalidAnnotation', message: expect.stringContaining('not an address of this Service') },
    ]);
  });

  it('lose against ours', () => {
    const both = { 'cfargotunnel.com/fqdn': 'old.example.com', 'cftunnel.io/hostname': 'new.example.com' };

    expect(readAliases(both, WEB).annotations).toMatchObject({ 'cftunnel.io/hostname': 'new.example.com' });
  });

  it('that are unknown are left alone', () => {
    expect(readAliases({ 'cfargotunnel.com/other': 'x' }, WEB)).toEqual({
      annotations: { 'cfargotunnel.com/other': 'x' },
      problems: [],
      warnings: [],
    });
  });

  it('have distinct keys', () => {
    const keys = ANNOTATION_ALIASES.map(({ key }) => key);

    expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
  });
});
