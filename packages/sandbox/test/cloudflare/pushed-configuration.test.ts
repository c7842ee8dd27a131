import { describe, expect, it, jest } from '@jest/globals';
import type { ConfigurationPush } from '../../src/edge/wire/request-kind.ts';
import { aCloud } from './a-cloud.ts';
import { aConnection, aRequest, aTunnel } from './a-connection.ts';

const aConfigure = () =>
  jest.fn(({ version }: ConfigurationPush) => Promise.resolve({ lastAppliedVersion: version, err: null }));
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('a remote configuration', () => {
  const config = { ingress: [{ service: 'http_status:404' }] };

  it.each([
    { source: 'cloudflare', pushed: [[{ version: 1, config }]], version: 1 },
    { source: 'local', pushed: [], version: -1 },
  ])('of a tunnel with config_src $source is pushed $pushed.length times to a process', async (example) => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud, { config_src: example.source });
    const configure = aConfigure();
    cloud.admin.connect(id, { configure });

    await cloud.call('PUT', `${path}/configurations`, { config });

    expect(configure.mock.calls).toEqual(example.pushed);
    expect((await cloud.get(`${path}/connections`)).list).toMatchObject([{ config_version: example.version }]);
  });

  it('is pushed to a connector that registers later', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud, { config_src: 'cloudflare' });
    await cloud.call('PUT', `${path}/configurations`, { config });
    const configure = aConfigure();

    cloud.admin.connect(id, { configure });
    await nextTurn();

    expect(configure.mock.calls).toEqual([[{ version: 1, config }]]);
  });

  it('is pushed again to the next connection if it was lost', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud, { config_src: 'cloudflare' });
    await cloud.call('PUT', `${path}/configurations`, { config });
    const [broken, healthy] = [jest.fn(() => Promise.reject(new Error('closed'))), aConfigure()];
    cloud.connectors.register(aRequest(cloud, id), aConnection({ configure: broken }));
    await nextTurn();

    cloud.connectors.register(aRequest(cloud, id, { connIndex: 1 }), aConnection({ configure: healthy }));
    await nextTurn();

    expect(broken).toHaveBeenCalledTimes(1);
    expect(healthy).toHaveBeenCalledTimes(1);
  });

  it('keeps its version if a connector rejects it', async () => {
    const cloud = await aCloud();
    const { id, path } = await aTunnel(cloud, { config_src: 'cloudflare' });
    cloud.admin.connect(id, { configure: () => Promise.resolve({ lastAppliedVersion: -1, err: {} }) });

    await cloud.call('PUT', `${path}/configurations`, { config });

    expect((await cloud.get(`${path}/connections`)).list).toMatchObject([{ config_version: -1 }]);
  });
});
