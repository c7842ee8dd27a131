import { beforeAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { shared } from '../support/shared.ts';
import { namespace, secret } from '../support/world-objects.ts';
import { startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);
let ids: { readonly remote: string; readonly local: string };

async function call(
  method: string,
  path: string,
  body: unknown,
): Promise<{ readonly result: { readonly id: string } }> {
  const headers = { authorization: `Bearer ${cli.token}`, 'content-type': 'application/json' };
  const response = await fetch(cli.cloudflare.url + path, { method, headers, body: JSON.stringify(body) });
  return (await response.json()) as { readonly result: { readonly id: string } };
}

beforeAll(async () => {
  await cli.kube.create(namespace('shop'));
  await cli.kube.create(secret('shop/cloudflare', { CLOUDFLARE_API_TOKEN: cli.token }));
  const path = `/accounts/${cli.accountId}/cfd_tunnel`;
  const make = async (name: string, config_src: string) => {
    const tunnel_secret = Buffer.alloc(32, name).toString('base64');
    return (await call('POST', path, { name, config_src, tunnel_secret })).result.id;
  };
  ids = { remote: await make('Old Home', 'cloudflare'), local: await make('office', 'local') };
  const ingress = [{ hostname: 'nas.example.com', service: 'http://10.0.0.5:80' }, { service: 'http_status:404' }];
  await call('PUT', `${path}/${ids.remote}/configurations`, { config: { ingress } });
  cli.cloudflare.admin.connect(ids.remote);
});

describe('adopt', () => {
  it('prints the Tunnel, and says what becomes of the rules', async () => {
    const { code, out, err } = await cli.run('adopt', 'Old Home', '-n', 'shop');

    expect(code).toBe(0);
    expect(load(out)).toEqual({
      apiVersion: 'cftunnel.io/v1alpha1',
      kind: 'Tunnel',
      metadata: { name: 'old-home', namespace: 'shop' },
      spec: {
        credentialsRef: { name: 'cloudflare' },
        accountId: cli.accountId,
        existingTunnel: { id: ids.remote },
        configMode: 'Remote',
        existingRules: 'Keep',
      },
    });
    expect(err).toBe(
      [
        'Note: Its rule is kept behind those of Services (existingRules: Keep):',
        'Note:   nas.example.com -> http://10.0.0.5:80',
        'Note: 1 connector of it run now. They keep serving. Stop them once Tunnel shop/old-home is ready, or it reports ForeignConnectors: kubectl -n shop wait tunnel/old-home --for=condition=Ready',
        'Note: Its DNS records stay. One at a hostname that a Service claims is taken over only if dns.onConflict is Adopt or Overwrite',
        '',
      ].join('\n'),
    );
  });

  it('creates nothing unless it is asked to', async () => {
    await cli.run('adopt', 'office', '-n', 'shop');

    expect(await cli.kube.list('Tunnel')).toEqual([]);
  });

  it('says that the rules of a local tunnel are not known', async () => {
    const { out, err } = await cli.run('adopt', ids.local, '-n', 'shop', '--name', 'hq');

    expect(load(out)).toMatchObject({ metadata: { name: 'hq' }, spec: { configMode: 'Local' } });
    expect(err).toContain('Note: It is configured locally: ');
  });

  it('names the tunnels of the account if there is none of that name', async () => {
    expect(await cli.run('adopt', 'hom', '-n', 'shop')).toEqual({
      code: 1,
      out: '',
      err: `cftunnel: account ${cli.accountId} has no tunnel with the id or name hom. Its tunnels: Old Home, office\n`,
    });
  });

  it('needs a Secret with a token', async () => {
    expect(await cli.run('adopt', 'office', '--secret', 'nope', '-n', 'shop')).toEqual({
      code: 1,
      out: '',
      err: 'cftunnel: Cloudflare cannot be asked: Secret shop/nope does not exist\n',
    });
  });

  it('with --apply creates it, and not twice', async () => {
    const { code, out } = await cli.run('adopt', 'office', '-n', 'shop', '--apply');

    expect({ code, out }).toEqual({ code: 0, out: 'Tunnel shop/office: created\n' });
    expect(await cli.run('adopt', 'office', '-n', 'shop', '--apply')).toEqual({
      code: 1,
      out: '',
      err: 'cftunnel: Tunnel shop/office has the tunnel office already\n',
    });
  });
});
