import { describe, expect, it } from '@jest/globals';
import type { Container, Volume } from '../../../src/core/migrate/facts.ts';
import { connectorOf } from './connector-pods.ts';

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

  it.each(
    ['/home/nonroot/.cloudflared', '/root/.cloudflared', '/etc/cloudflared', '/usr/local/etc/cloudflared'].flatMap(
      (folder) => ['config.yml', 'config.yaml'].map((file) => ({ folder, file })),
    ),
  )('is looked for at $folder/$file', ({ folder, file }) => {
    const items = [
      { key: 'other', path: 'other' },
      { key: 'rules', path: file },
    ];
    const volumes = [
      { name: 'x', configMap: { name: 'x' } },
      { name: 'config', configMap: { name: 'rules', items } },
    ];

    expect(connectorOf({ volumeMounts: [{ ...mount, mountPath: `${folder}/` }] }, volumes)?.config).toStrictEqual({
      kind: 'ConfigMap',
      object: 'shop/rules',
      key: 'rules',
    });
  });

  it.each<{ case: string; container: Container; volume: Volume; config: object | undefined }>([
    {
      case: 'below a part of a volume',
      container: { args: ['--config', '/etc/cloudflared/a'], volumeMounts: [{ ...mount, subPath: 'part' }] },
      volume: { name: 'config', configMap: { name: 'rules' } },
      config: { kind: 'ConfigMap', object: 'shop/rules', key: 'part/a' },
    },
    {
      case: 'nowhere, if the folder is named',
      container: { args: ['--config', '/etc/cloudflared'], volumeMounts: [mount] },
      volume: { name: 'config', configMap: { name: 'rules' } },
      config: undefined,
    },
    {
      case: 'nowhere, if the volume has no such item',
      container: { args: ['--config', '/etc/cloudflared/a'], volumeMounts: [mount] },
      volume: { name: 'config', secret: { secretName: 'rules', items: [{ key: 'k', path: 'b' }] } },
      config: undefined,
    },
    {
      case: 'nowhere, if the volume is of another kind',
      container: { args: ['--config', '/etc/cloudflared/a'], volumeMounts: [mount, { ...mount, name: 'gone' }] },
      volume: { name: 'config' },
      config: undefined,
    },
    {
      case: 'nowhere, if it is in another folder',
      container: { args: ['--config', '/etc/cloudflared2/a'], volumeMounts: [mount] },
      volume: { name: 'config', configMap: { name: 'rules' } },
      config: undefined,
    },
  ])('is $case', ({ container, volume, config }) => {
    expect(connectorOf(container, [volume])?.config).toStrictEqual(config);
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
