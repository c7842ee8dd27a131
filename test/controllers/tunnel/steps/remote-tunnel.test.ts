import { describe, expect, it } from '@jest/globals';
import type { KubeObject, Secret } from '../../../../src/api/objects.ts';
import type { Access, Cloudflare } from '../../../../src/controllers/tunnel/pass/ports.ts';
import {
  type RemoteTunnelPort,
  ensureRemote,
  findUnrecordedTunnel,
  readStored,
  verifiedIdentity,
} from '../../../../src/controllers/tunnel/steps/remote-tunnel.ts';
import { credentialsSecretFor } from '../../../../src/core/manifests/secret.ts';
import { type TunnelCredentials, connectorToken, readCredentials } from '../../../../src/core/tunnel/credentials.ts';
import type { RemoteTunnel } from '../../../../src/core/tunnel/remote.ts';
import { aTunnel } from '../../../support/builders.ts';
import { aPass } from '../../../support/tunnel-pass.ts';

const HOME = aTunnel('shop/home');
const NAME = 'test/shop/home';
const ACCOUNT = 'a'.repeat(32);
const OURS = { id: '1', name: NAME, isRemotelyManaged: false };
const CREDENTIALS = { accountId: ACCOUNT, tunnelSecret: 'b3Vycw==', tunnelId: '1' };
const PENDING = { ...CREDENTIALS, tunnelId: undefined };

describe('a tunnel that does not exist', () => {
  it('is created after its secret is stored, and its id is stored after that', async () => {
    const world = aWorld({});

    expect(await world.ensure()).toMatchObject({ accountId: ACCOUNT, tunnelId: '1' });

    expect(world.log).toEqual([
      'store no id',
      `create ${NAME} with bmV3`,
      'TunnelCreated',
      'store 1',
      'CredentialsStored',
    ]);
  });

  it('is created with the stored secret after a crash', async () => {
    const world = aWorld({ stored: PENDING });

    await world.ensure();

    expect(world.log[0]).toBe(`create ${NAME} with b3Vycw==`);
  });

  it('is looked for again when Cloudflare says that its name is taken, and taken over if the secret proves it', async () => {
    const world = aWorld({ stored: PENDING, appears: [OURS], isNameTaken: true });

    await world.ensure();

    expect(world.log).toEqual([`create ${NAME} with b3Vycw==`, 'store 1', 'CredentialsStored']);
  });

  it('is waited for while its name is taken and it is not listed', async () => {
    await expect(aWorld({ isNameTaken: true }).ensure()).rejects.toMatchObject({
      reason: 'TunnelNameTaken',
      disposition: 'wait',
    });
  });
});

describe('a tunnel that exists', () => {
  it('is kept as it is when the stored credentials name it', async () => {
    const world = aWorld({ stored: CREDENTIALS, tunnels: [OURS] });

    expect(await world.ensure()).toMatchObject({ tunnelId: '1' });

    expect(world.log).toEqual([]);
  });

  it('has its credentials restored when the Secret was lost', async () => {
    const world = aWorld({ tunnels: [OURS], status: { tunnelId: '1' } });

    await world.ensure();

    expect(world.log).toEqual(['store 1', 'CredentialsStored']);
  });

  it('is refused when nothing proves that this Tunnel created it', async () => {
    const world = aWorld({ stored: { ...PENDING, tunnelSecret: 'b3RoZXI=' }, tunnels: [OURS] });

    await expect(world.ensure()).rejects.toMatchObject({ reason: 'TunnelNameTaken', disposition: 'stall' });
    expect(world.log).toEqual([]);
  });

  it('has a token of an unknown form, which is a failure and nothing is stored', async () => {
    const world = aWorld({ tunnels: [OURS], status: { tunnelId: '1' }, token: 'broken' });

    await expect(world.ensure()).rejects.toMatchObject({ reason: 'CloudflareRefused' });
    expect(world.log).toEqual([]);
  });
});

// Invariant 33.
describe('a credentials Secret without an owner', () => {
  it('is adopted once Cloudflare confirms that it leads to our tunnel', async () => {
    const world = aWorld({ stored: CREDENTIALS, isOwnerless: true, tunnels: [OURS] });

    await world.ensure();

    expect(world.log).toEqual(['adopt Secret']);
  });

  it('is not adopted when it leads to the tunnel of somebody else', async () => {
    const world = aWorld({ stored: CREDENTIALS, isOwnerless: true, tunnels: [{ ...OURS, name: 'prod/other/home' }] });

    await expect(world.ensure()).rejects.toMatchObject({ reason: 'NameTaken' });
    expect(world.log).toEqual([]);
  });

  it.each([
    { case: 'is used while Cloudflare is away if the status names its tunnel', status: { tunnelId: '1' }, id: '1' },
    { case: 'is not used while Cloudflare is away otherwise', status: {}, id: undefined },
  ])('$case', async ({ status, id }) => {
    const world = aWorld({ stored: CREDENTIALS, isOwnerless: true, status });

    expect(verifiedIdentity(world.port, world.pass, await world.stored())?.tunnelId).toBe(id);
  });
});

it.each([
  { case: 'has the stored secret', tunnelSecret: 'b3Vycw==', found: '1' },
  { case: 'has another secret', tunnelSecret: 'b3RoZXI=', found: undefined },
])('a tunnel of our name is ours to delete only if it $case', async ({ tunnelSecret, found }) => {
  const { port, pass, access } = aWorld({ appears: [OURS] });

  const identity = await findUnrecordedTunnel(port, pass, { access, stored: { ...PENDING, tunnelSecret } });

  expect(identity?.tunnelId).toBe(found);
});

interface Given {
  readonly stored?: TunnelCredentials;
  readonly isOwnerless?: boolean;
  readonly status?: { readonly tunnelId?: string };
  /** What was listed before the pass. */
  readonly tunnels?: readonly RemoteTunnel[];
  /** What is listed anew. */
  readonly appears?: readonly RemoteTunnel[];
  readonly isNameTaken?: boolean;
  readonly token?: string;
}

/** Everything that is written, and in which order, is in `log`. */
function aWorld({ stored, isOwnerless, status = {}, tunnels = [], appears, isNameTaken, token }: Given) {
  const log: string[] = [];
  const written = async (object: KubeObject): Promise<KubeObject> => {
    log.push(`store ${readCredentials(object, String)?.tunnelId ?? 'no id'}`);
    return object;
  };
  const port: RemoteTunnelPort = {
    objects: { apply: written, setOwners: async (object) => (log.push(`adopt ${object.kind}`), object) },
    hash: String,
    newSecret: () => 'bmV3',
    changed: (_, { reason }) => void log.push(reason),
  };
  const cloudflare: Partial<Cloudflare> = {
    tunnels: async () => appears ?? tunnels,
    createTunnel: async (_, { name, secret, isRemotelyManaged }) => {
      log.push(`create ${name} with ${secret}${isRemotelyManaged ? ', configured remotely' : ''}`);
      return isNameTaken === true ? undefined : OURS;
    },
    connectorToken: async () => token ?? connectorToken(CREDENTIALS),
  };
  const access: Access = { cloudflare: cloudflare as Cloudflare, accountId: ACCOUNT, tunnels };
  const secret = stored && asStored(credentialsSecretFor(HOME, stored, String), isOwnerless === true);
  const secrets = { get: async () => secret, forget: () => undefined };
  const pass = aPass({ ...HOME, status }, { secrets });
  const read = () => readStored(port, pass);
  return {
    log,
    port,
    pass,
    access,
    stored: read,
    ensure: async () => ensureRemote(port, pass, { access, stored: await read() }),
  };
}

function asStored(secret: Secret, isOwnerless: boolean): Secret {
  return isOwnerless ? { ...secret, metadata: { ...secret.metadata, ownerReferences: [] } } : secret;
}
