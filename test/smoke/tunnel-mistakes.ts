import { OPERATOR_PERMISSIONS, Permission } from 'cftunnel-sandbox/cloudflare/identity/permissions';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import type { World } from '../support/world.ts';
import type { Mistake } from './mistake.ts';

type Spec = Readonly<Record<string, unknown>>;

const CREDENTIALS = 'CredentialsReady';

/** A Secret with wrong content, corrected by adding the token. */
function wrongSecret(name: string, data: Readonly<Record<string, string>>, reason: string, says: RegExp): Mistake {
  return {
    name,
    condition: CREDENTIALS,
    reason,
    says,
    async make(world, home) {
      await world.kube.create(namespace(home));
      await world.kube.create(secret(`${home}/cloudflare`, data));
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1 }));
      const empty = Object.fromEntries(Object.keys(data).map((key) => [key, '']));
      const stringData = { ...empty, CLOUDFLARE_API_TOKEN: world.cloudflare.token };
      return () => world.kube.patch('Secret', `${home}/cloudflare`, { stringData });
    },
  };
}

/** A token that lacks one permission, corrected by granting it. */
function lackingPermission(permission: string, condition: string): Mistake {
  return {
    name: `a token without "${permission}"`,
    condition,
    reason: 'PermissionMissing',
    says: new RegExp(`the token needs the permission "${permission}".*Secret .*/cloudflare, key CLOUDFLARE_API_TOKEN`),
    async make(world, home) {
      const { admin, accountId } = world.cloudflare;
      const permissions = OPERATOR_PERMISSIONS.filter((granted) => granted !== permission);
      const token = admin.addToken({ permissions, accounts: [accountId] });
      await world.kube.create(namespace(home));
      await world.kube.create(secret(`${home}/cloudflare`, { CLOUDFLARE_API_TOKEN: token }));
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1, accountId }));
      await world.kube.create(service(`${home}/web`, { tunnel: 'home', hostname: `${home}.example.com` }));
      return async () => admin.setPermissions(token, OPERATOR_PERMISSIONS);
    },
  };
}

/** A Tunnel with a wrong spec or environment. */
function wrongSpec(
  mistake: Omit<Mistake, 'make'> & { readonly spec: Spec; readonly correction: (world: World) => Spec },
): Mistake {
  return {
    ...mistake,
    async make(world, home) {
      await world.addNamespace(home);
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1, ...mistake.spec }));
      return () => world.kube.patch('Tunnel', `${home}/home`, { spec: mistake.correction(world) });
    },
  };
}

const inOurAccount = (world: World): Spec => ({ accountId: world.cloudflare.accountId });

export const TUNNEL_MISTAKES: readonly Mistake[] = [
  {
    name: 'a Secret that does not exist',
    condition: CREDENTIALS,
    reason: 'SecretNotFound',
    says: /does not exist\. Create it with the key CLOUDFLARE_API_TOKEN/,
    async make(world, home) {
      await world.kube.create(namespace(home));
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1 }));
      return () => world.kube.create(secret(`${home}/cloudflare`, { CLOUDFLARE_API_TOKEN: world.cloudflare.token }));
    },
  },
  wrongSecret(
    'a Secret without a token',
    { token: 'x' },
    'SecretInvalid',
    /the key CLOUDFLARE_API_TOKEN, .* is missing/,
  ),
  wrongSecret(
    'a token that Cloudflare does not know',
    { CLOUDFLARE_API_TOKEN: 'x'.repeat(40) },
    'CredentialsRejected',
    /does not accept the credentials.*Secret .*\/cloudflare, key CLOUDFLARE_API_TOKEN/,
  ),
  lackingPermission(Permission.tunnelWrite, CREDENTIALS),
  lackingPermission(Permission.dnsWrite, 'DNSReady'),
  {
    name: 'a token with access to two accounts',
    condition: CREDENTIALS,
    reason: 'AccountAmbiguous',
    says: /Set spec\.accountId/,
    async make(world, home) {
      const token = world.cloudflare.admin.addToken();
      await world.kube.create(namespace(home));
      await world.kube.create(secret(`${home}/cloudflare`, { CLOUDFLARE_API_TOKEN: token }));
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1 }));
      return () => world.kube.patch('Tunnel', `${home}/home`, { spec: inOurAccount(world) });
    },
  },
  wrongSpec({
    name: 'an account that the token has no access to',
    condition: CREDENTIALS,
    // Cloudflare gives the same answer for a missing permission in an account and for a wrong account.
    reason: 'PermissionMissing',
    says: /in account 0{32}/,
    spec: { accountId: '0'.repeat(32) },
    correction: inOurAccount,
  }),
  wrongSpec({
    name: 'a patch that cannot be applied',
    condition: 'ConnectorsReady',
    reason: 'PatchInvalid',
    says: /\/spec\/nowhere/,
    spec: { cloudflared: { patches: [{ op: 'replace', path: '/spec/nowhere/at-all', value: 1 }] } },
    correction: () => ({ cloudflared: { patches: null } }),
  }),
  wrongSpec({
    name: 'a patch that sets an image without a release',
    condition: 'ConnectorsReady',
    reason: 'InvalidSpec',
    says: /registry:5000\/cloudflared does not name a fixed release/,
    spec: {
      cloudflared: {
        patches: [
          { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'registry:5000/cloudflared' },
        ],
      },
    },
    correction: () => ({ cloudflared: { patches: null } }),
  }),
  {
    name: 'an existing tunnel that does not exist',
    condition: 'TunnelReady',
    reason: 'ExistingTunnelNotFound',
    says: /The account has no tunnel "missing"/,
    async make(world, home) {
      await world.addNamespace(home);
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1, existingTunnel: { name: 'missing' } }));
      return () => makeRemoteTunnel(world, 'missing');
    },
  },
  {
    name: 'a foreign tunnel of the same name at Cloudflare',
    condition: 'TunnelReady',
    reason: 'TunnelNameTaken',
    says: /nothing proves that this Tunnel created it: no DNS record .*\. Re-create the Tunnel, with spec\.existingTunnel/,
    async make(world, home) {
      const id = await makeRemoteTunnel(world, `test/${home}/home`);
      await world.addNamespace(home);
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1 }));
      return () => deleteRemoteTunnel(world, id);
    },
  },
  {
    name: 'a foreign ConfigMap of the same name',
    condition: 'ConfigReady',
    reason: 'NameTaken',
    says: /ConfigMap .*home-cloudflared/,
    async make(world, home) {
      const metadata = { name: 'home-cloudflared', namespace: home };
      await world.addNamespace(home);
      await world.kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { theirs: 'yes' } });
      await world.kube.create(tunnel(`${home}/home`, { replicas: 1 }));
      return async () => {
        const { data } = await world.kube.get('ConfigMap', `${home}/home-cloudflared`);
        if (data?.['theirs'] !== 'yes') throw new Error('a foreign ConfigMap was overwritten');
        await world.kube.delete('ConfigMap', `${home}/home-cloudflared`);
      };
    },
  },
];

/** Creates a tunnel as a user of the dashboard or another cluster does. */
async function makeRemoteTunnel({ cloudflare }: World, name: string): Promise<string> {
  const body = { name, tunnel_secret: btoa('s'.repeat(32)), config_src: 'local' };
  const made = await cloudflare.ask(`/accounts/${cloudflare.accountId}/cfd_tunnel`, { method: 'POST', body });
  return (made as { readonly id: string }).id;
}

function deleteRemoteTunnel({ cloudflare }: World, id: string): Promise<unknown> {
  return cloudflare.ask(`/accounts/${cloudflare.accountId}/cfd_tunnel/${id}`, { method: 'DELETE' });
}
