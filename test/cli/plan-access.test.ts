/** What a plan says about AccessPolicies that routes name. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dump } from 'js-yaml';
import { definitions } from '../support/definitions.ts';
import type { KubeObject } from '../support/kube-client.ts';
import { shared } from '../support/shared.ts';
import { accessPolicy, namespace, service, tunnel } from '../support/world-objects.ts';
import { type Run, startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);
const STAFF = { decision: 'Allow', include: [{ emailDomain: 'example.com' }] };
const GRANT = {
  apiVersion: 'gateway.networking.k8s.io/v1beta1',
  kind: 'ReferenceGrant',
  metadata: { name: 'shop', namespace: 'infra' },
  spec: {
    from: [{ group: '', kind: 'Service', namespace: 'shop' }],
    to: [{ group: 'cftunnel.io', kind: 'AccessPolicy' }],
  },
};

beforeAll(async () => {
  const { kube } = cli;
  for (const definition of definitions()) await kube.apply(definition);
  for (const name of ['shop', 'infra']) await kube.create(namespace(name));
  await kube.create(tunnel('shop/home'));
  await kube.create(accessPolicy('shop/office', STAFF));
  await kube.create(accessPolicy('infra/staff', STAFF));
});

function web(access: string): KubeObject {
  return service('shop/web', { hostname: 'app.example.com', tunnel: 'home', access });
}

function plan(objects: readonly KubeObject[], ...flags: readonly string[]): Promise<Run> {
  return cli.runWithInput(objects.map((object) => dump(object)).join('---\n'), 'plan', '-f', '-', ...flags);
}

// Invariant 42.
describe('a plan', () => {
  it('publishes what names a policy of the cluster, or of the files', async () => {
    const { code, out } = await plan([web('office,guests'), accessPolicy('shop/guests', STAFF)]);

    expect(code).toBe(3);
    expect(out).toContain('+ rule    app.example.com -> http://web.shop.svc:80 (Service shop/web) for');
    expect(out).not.toContain('AccessPolicy');
    expect(out).not.toContain('ignored');
  });

  it('publishes nothing that names a policy which does not exist, and says so', async () => {
    const { code, out } = await plan([web('ofice')]);

    expect(code).toBe(1);
    expect(out).toContain(
      'AccessNotReady Service shop/web: app.example.com: AccessPolicy shop/ofice does not exist, did you mean office?\n',
    );
    expect(out).not.toContain('+ rule');
  });

  it('refuses a policy of another namespace until a ReferenceGrant permits it', async () => {
    const refused = await plan([web('infra/staff')]);
    const permitted = await plan([web('infra/staff'), GRANT]);

    expect(refused.code).toBe(1);
    expect(refused.out).toContain('AccessPolicy infra/staff may not be used from namespace shop');
    expect(permitted.code).toBe(3);
    expect(permitted.out).toContain('+ rule    app.example.com');
  });

  it('says of a file without policies that it does not tell which there are', async () => {
    const state = join(cli.folder, 'state.yaml');
    await writeFile(state, dump({ apiVersion: 'v1', kind: 'List', items: [tunnel('shop/home')] }));
    const { code, out } = await plan([web('office')], '--cluster-state', state);

    expect(code).toBe(3);
    expect(out).toContain('Note: Whether AccessPolicy shop/office exists was not checked');
  });

  it('takes a file with policies for complete', async () => {
    const state = join(cli.folder, 'state.yaml');
    const items = [tunnel('shop/home'), accessPolicy('shop/office', STAFF)];
    await writeFile(state, dump({ apiVersion: 'v1', kind: 'List', items }));

    expect(await plan([web('office')], '--cluster-state', state)).toMatchObject({ code: 3 });
    expect(await plan([web('guests')], '--cluster-state', state)).toMatchObject({ code: 1 });
  });
});
