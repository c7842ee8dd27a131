import { describe, expect, it } from '@jest/globals';
import type { KubeObject, OwnerReference, Secret } from '../../../../src/api/objects.ts';
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
import { OperatorError } from '../../../../src/runtime/errors.ts';
import { aTunnel } from '../../../support/builders.ts';
import { aRecord, aZone } from '../../../support/dns.ts';
import { aRoute } from '../../../support/routes.ts';
import { aPass } from '../../../support/tunnel-pass.ts';

const HOME = aTunnel('shop/home');
const NAME = 'test/shop/home';
const ACCOUNT = 'a'.repeat(32);
const OURS = { id: '1', name: NAME, isRemotelyManaged: false };
const CREDENTIALS = { accountId: ACCOUNT, tunnelSecret: 'b3Vycw==', tunnelId: '1' };
const OUR_TARGET = '1.cfargotunnel.com';
const CONNECTOR = { id: 'a', configVersion: -1 };
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'uid of shop' };
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

  it('is created anew after somebody has deleted it, and its id is forgotten before that', async () => {
    const world = aWorld({ stored: CREDENTIALS });

    await world.ensure();

    expect(world.log.slice(0, 2)).toEqual(['store no id', `create ${NAME} with b3Vycw==`]);
  });

  it('is looked for again when Cloudflare says that its name is taken, and taken over if the secret proves it', async () => {
    const world = aWorld({ stored: PENDING, appears: [{ ...OURS, id: '0', name: 'other' }, OURS], isNameTaken: true });

    await world.ensure();

    expect(world.log).toEqual([`create ${NAME} with b3Vycw==`, 'store 1', 'CredentialsStored']);
  });

  it('is waited for while its name is taken and it is not listed', async () => {
    await expect(aWorld({ isNameTaken: true }).ensure()).rejects.toMatchObject({
      reason: 'TunnelNameTaken',
      disposition: 'wait',
      message: expect.stringContaining(`"${NAME}" is taken, but lists no such tunnel`),
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

  // Invariant 33.
  it.each([
    { secret: 'none is stored', stored: undefined },
    { secret: 'one is stored that was never used', stored: { ...PENDING, tunnelSecret: 'b3RoZXI=' } },
  ])('is taken over after its cluster was rebuilt, which its records prove: $secret', async ({ stored }) => {
    const world = aWorld({ tunnels: [OURS], targets: [OUR_TARGET], ...(stored && { stored }) });

    expect(await world.ensure()).toMatchObject({ tunnelId: '1' });
    expect(world.log).toEqual(['store 1', 'CredentialsStored']);
  });

  it.each([
    { but: 'no record leads to it', given: { targets: [] }, why: 'no DNS record carries the mark' },
    { but: 'a record with its mark leads elsewhere', given: { targets: [OUR_TARGET, 'x'] }, why: 'lead elsewhere' },
    { but: 'connectors use it', given: { targets: [OUR_TARGET], connectors: 1 }, why: 'connectors are connected' },
    {
      but: 'its connectors are not known',
      given: { targets: [OUR_TARGET], connectors: 'unknown' },
      why: 'it is unknown',
    },
    {
      but: 'a person has chosen its name',
      given: { targets: [OUR_TARGET], spec: { tunnelName: NAME } },
      why: 'spec.tunnelName, which',
    },
    {
      but: 'the Tunnel keeps no records, and the token sees no zone',
      given: { targets: [OUR_TARGET], spec: { dns: { mode: 'Disabled' } } },
      why: 'no DNS record carries the mark',
    },
    {
      but: 'the token may not read the records',
      given: { targets: 'forbidden' },
      why: 'no DNS record carries the mark',
    },
  ] as const)('is refused after the Secret was lost if $but', async ({ given, why }) => {
    const world = aWorld({ tunnels: [OURS], ...given });

    await expect(world.ensure()).rejects.toMatchObject({
      reason: 'TunnelNameTaken',
      message: expect.stringContaining(why),
    });
    expect(world.log).toEqual([]);
  });

  it('is refused when it is to be used and does not exist', async () => {
    const world = aWorld({ spec: { existingTunnel: { name: 'mine' } } });

    await expect(world.ensure()).rejects.toMatchObject({ reason: 'ExistingTunnelNotFound', disposition: 'stall' });
  });

  it('has a token of an unknown form, which is a failure and nothing is stored', async () => {
    const world = aWorld({ tunnels: [OURS], status: { tunnelId: '1' }, token: 'broken' });

    await expect(world.ensure()).rejects.toMatchObject({
      reason: 'CloudflareRefused',
      disposition: 'stall',
      message: expect.stringContaining('tunnel 1 has an unknown format'),
    });
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

  it('is not adopted before that because its namespace owns it', async () => {
    const world = aWorld({ stored: CREDENTIALS, owners: [NAMESPACE] });

    await world.stored();

    expect(world.log).toEqual([]);
  });

  // Invariant 5.
  it('is refused if it was made by somebody else', async () => {
    const world = aWorld({ stored: CREDENTIALS, owners: [{ ...NAMESPACE, controller: true }] });

    await expect(world.stored()).rejects.toMatchObject({ reason: 'NameTaken', disposition: 'wait' });
  });

  it.each([
    { case: 'is used while Cloudflare is away if the status names its tunnel', status: { tunnelId: '1' }, id: '1' },
    { case: 'is not used while Cloudflare is away otherwise', status: {}, id: undefined },
    { case: 'is not used while Cloudflare is away before there is a status', id: undefined },
    { case: 'would be used if it had its owner', isOwnerless: false, id: '1' },
  ])('$case', async ({ isOwnerless = true, status, id }) => {
    const world = aWorld({ stored: CREDENTIALS, isOwnerless, status });

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
  readonly owners?: readonly OwnerReference[];
  readonly status?: { readonly tunnelId?: string } | undefined;
  /** What was listed before the pass. */
  readonly tunnels?: readonly RemoteTunnel[];
  /** What is listed anew. */
  readonly appears?: readonly RemoteTunnel[];
  readonly isNameTaken?: boolean;
  readonly token?: string;
  readonly spec?: object;
  /** Where the records with the mark of the Tunnel lead; there is one of another Tunnel, too. */
  readonly targets?: readonly string[] | 'forbidden';
  readonly connectors?: number | 'unknown';
}

/** Everything that is written, and in which order, is in `log`. */
function aWorld(given: Given) {
  const {
    stored,
    isOwnerless,
    owners = isOwnerless === true ? [] : undefined,
    status,
    spec,
    tunnels = [],
    appears,
    isNameTaken,
    token,
  } = given;
  const log: string[] = [];
  const written = async (object: KubeObject): Promise<KubeObject> => {
    log.push(`store ${readCredentials(object, String)?.tunnelId ?? 'no id'}`);
    return object;
  };
  const port: RemoteTunnelPort = {
    objects: { apply: written, setOwners: async (object) => (log.push(`adopt ${object.kind}`), object) },
    hash: String,
    newSecret: () => 'bmV3',
    wantedHostnames: () => [aRoute('web.example.com', 'shop/web').hostname],
    changed: (_, { reason }) => void log.push(reason),
  };
  const cloudflare: Partial<Cloudflare> = {
    tunnels: async () => appears ?? tunnels,
    createTunnel: async (_, { name, secret, isRemotelyManaged }) => {
      log.push(`create ${name} with ${secret}${isRemotelyManaged ? ', configured remotely' : ''}`);
      return isNameTaken === true ? undefined : OURS;
    },
    zones: async () => [aZone('example.com'), aZone('example.org')],
    records: async ({ name }, { mark }) => [
      ...targetsSeen(given.targets).map((content) => aRecord(name, { content, comment: `${mark}shop/home` })),
      aRecord(name, { comment: `${mark}shop/other`, content: 'other' }),
      aRecord(name, { comment: `${mark}shop/home`, type: 'A', content: '192.168.1.10' }),
    ],
    connectors: async () =>
      given.connectors === 'unknown' ? undefined : Array.from({ length: given.connectors ?? 0 }, () => CONNECTOR),
    connectorToken: async (_, tunnelId) => token ?? connectorToken({ ...CREDENTIALS, tunnelId }),
  };
  const access: Access = { cloudflare: cloudflare as Cloudflare, accountId: ACCOUNT, tunnels };
  const secret = stored && asStored(credentialsSecretFor(HOME, stored, String), owners);
  const secrets = { get: async () => secret, forget: () => undefined };
  const pass = aPass({ ...HOME, ...(status && { status }), spec: { ...HOME.spec, ...spec } }, { secrets });
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

function asStored(secret: Secret, ownerReferences: readonly OwnerReference[] | undefined): Secret {
  return { ...secret, metadata: { ...secret.metadata, ...(ownerReferences && { ownerReferences }) } };
}

function targetsSeen(targets: Given['targets'] = []): readonly string[] {
  if (targets === 'forbidden') throw new OperatorError('PermissionMissing', 'stall', 'Cannot list the records');
  return targets;
}
