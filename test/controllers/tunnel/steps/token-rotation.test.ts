import { describe, expect, it } from '@jest/globals';
import { digest } from '../../../../src/adapters/digest.ts';
import type { KubeObject, Secret } from '../../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../../src/api/tunnel.gen.ts';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import type { Access, Cloudflare } from '../../../../src/controllers/tunnel/pass/ports.ts';
import {
  type RemoteTunnelPort,
  ensureRemote,
  readStored,
} from '../../../../src/controllers/tunnel/steps/remote-tunnel.ts';
import { type TokenRotationPort, rotateToken } from '../../../../src/controllers/tunnel/steps/token-rotation.ts';
import { credentialsSecretFor } from '../../../../src/core/manifests/secret.ts';
import { connectorToken, readCredentials } from '../../../../src/core/tunnel/credentials.ts';
import { type RotationRecord, readRotation } from '../../../../src/core/tunnel/rotation-record.ts';
import { OperatorError } from '../../../../src/runtime/errors.ts';
import { everyHour } from '../../../core/tunnel/a-rotating-tunnel.ts';
import { aTunnel } from '../../../support/builders.ts';
import { aClock, aPass } from '../../../support/tunnel-pass.ts';

const ACCOUNT = 'a'.repeat(32);
const CREDENTIALS = { accountId: ACCOUNT, tunnelSecret: 'b2xk', tunnelId: '1' };
const NOW = '2026-03-01T10:30:00Z';
const [DUE, SOON] = ['2026-03-01T10:00:00Z', '2026-03-01T10:30:20Z'];
const HOURLY = { schedule: '0 * * * *', timeZone: 'Etc/UTC' };

// Invariants 39, 40.
describe('a token', () => {
  it('is rotated by a new secret that is stored before it is set, and becomes the credentials after that', async () => {
    const world = aWorld({ request: 'now' });

    const { record, identity } = await world.pass();

    expect(world.log).toEqual(['store b2xk, pending new1', 'set new1', 'store new1', 'TokenRotated']);
    expect(record).toEqual({ handled: 'now', lastTime: NOW });
    expect(identity.credentialsHash).toBe(world.credentialsHash());
  });

  it('remembers who was connected when its rotation was requested, because they hold the former one', async () => {
    const world = aWorld({ request: 'now', connected: ['pod', 'thief'] });

    const { record, credentials } = await world.pass();

    expect(record).toEqual({ handled: 'now', lastTime: NOW, former: ['pod', 'thief'] });
    expect(credentials).toEqual(world.credentials());
  });

  it('remembers nobody when it is rotated on schedule', async () => {
    const next = { ...HOURLY, time: DUE };
    const world = aWorld({ spec: { tokenRotation: HOURLY }, rotation: { next }, connected: ['pod'] });

    expect((await world.pass()).record).not.toHaveProperty('former');
  });

  it('is rotated once for one request', async () => {
    const world = aWorld({ request: 'now' });
    await world.pass();
    world.log.length = 0;

    await world.pass();

    expect(world.log).toEqual([]);
  });

  it('is rotated once for one request although the status is lost', async () => {
    const world = aWorld({ request: 'now', rotation: { handled: 'now' } });

    await world.pass();

    expect(world.log).toEqual([]);
  });

  it.each([
    {
      case: 'the answer to the new secret was lost',
      fault: 'lost-answer' as const,
      later: ['read', 'store new1', 'TokenRotated'],
    },
    {
      case: 'the new secret never arrived',
      fault: 'never-arrived' as const,
      later: ['read', 'set new1', 'store new1', 'TokenRotated'],
    },
  ])('keeps the old credentials in use and goes on in the next pass if $case', async ({ fault, later }) => {
    const world = aWorld({ request: 'now', fault });

    await expect(world.pass()).rejects.toMatchObject({ reason: 'CloudflareUnreachable' });
    expect(world.credentials().tunnelSecret).toBe('b2xk');
    world.log.length = 0;
    await world.pass();

    expect(world.log).toEqual(later);
  });

  it('that was set before a crash is only recorded', async () => {
    const world = aWorld({
      request: 'now',
      rotation: { pending: { tunnelSecret: 'set1', request: 'now' } },
      inForce: 'set1',
    });

    await world.pass();

    expect(world.log).toEqual(['read', 'store set1', 'TokenRotated']);
  });

  it('of which the Secret was restored meanwhile is left alone until the next pass', async () => {
    const world = aWorld({ request: 'now', isBroken: true, inForce: 'b2xk' });

    await world.pass();
    expect(world.log).toEqual(['read', 'store b2xk', 'CredentialsStored']);
    world.log.length = 0;
    await world.pass();

    expect(world.log).toContain('set new1');
  });

  it('that somebody else has rotated is taken over once connectors cannot connect', async () => {
    const world = aWorld({ inForce: 'dGhlaXJz' });
    await world.pass();
    expect(world.log).toEqual([]);

    world.memory().areUnconnected = true;
    const { identity } = await world.pass();

    expect(world.log).toEqual(['read', 'store dGhlaXJz', 'CredentialsStored']);
    expect(identity.credentialsHash).toBe(world.credentialsHash());
  });

  it('is read once per drift interval while connectors cannot connect for another reason', async () => {
    const world = aWorld({});
    world.memory().areUnconnected = true;
    await world.pass();
    world.clock.nowMs += 10_000;
    await world.pass();
    expect(world.log).toEqual(['read']);

    world.clock.nowMs += 60_000;
    await world.pass();
    await world.pass();

    expect(world.log).toEqual(['read', 'read']);
  });

  it('of a new tunnel answers the request that came with the Tunnel', async () => {
    const world = aWorld({ request: 'now', isNew: true });

    await world.pass();
    await world.pass();

    expect(world.log.filter((line) => line.startsWith('set'))).toEqual([]);
    expect(world.record()).toEqual({ handled: 'now' });
  });

  it('of a new tunnel that is restored under a pending rotation keeps the rotation', async () => {
    const rotation = { handled: 'before', pending: { tunnelSecret: 'set1', request: 'now' } };
    const world = aWorld({ request: 'now', isBroken: true, rotation, inForce: 'set1' });

    await world.pass();
    await world.pass();

    expect(world.log.filter((line) => line.startsWith('set'))).toEqual([]);
    expect(world.record()).toEqual({ handled: 'now', lastTime: NOW });
  });
});

describe('a schedule', () => {
  it('is planned once, and the pass says when it is due', async () => {
    const world = aWorld({ spec: { tokenRotation: HOURLY } });

    const { record, dueInMs } = await world.pass();
    await world.pass();

    expect(world.log).toEqual(['store b2xk']);
    expect(record).toEqual({ next: { ...HOURLY, time: '2026-03-01T11:00:00Z' } });
    expect(dueInMs).toBe(1_800_000);
  });

  it('rotates the token when its time has come, and plans the next time', async () => {
    const world = aWorld({ spec: { tokenRotation: HOURLY }, rotation: { next: { ...HOURLY, time: DUE } } });

    const { record } = await world.pass();

    expect(world.log).toContain('set new1');
    expect(record).toEqual({ lastTime: NOW, next: { ...HOURLY, time: '2026-03-01T11:00:00Z' } });
  });

  it('waits for its time to the millisecond', async () => {
    const world = aWorld({ spec: { tokenRotation: HOURLY }, rotation: { next: { ...HOURLY, time: SOON } } });

    expect((await world.pass()).dueInMs).toBe(20_000);
    expect(world.log).toEqual([]);
  });

  it('waits until every connector is connected, and says so', async () => {
    const given = { spec: { tokenRotation: HOURLY }, rotation: { next: { ...HOURLY, time: DUE } } };
    const world = aWorld({ ...given, readyReplicas: 1 });

    const { dueInMs } = await world.pass();

    expect(world.log).toEqual([]);
    expect(dueInMs).toBeUndefined();
    expect(world.reported()).toMatchObject({ status: 'True', reason: 'RotationPending' });
  });

  it('does not wait for connectors of a Tunnel that is scaled to zero', async () => {
    const spec = { tokenRotation: HOURLY, replicas: 0 };
    const world = aWorld({ spec, rotation: { next: { ...HOURLY, time: DUE } }, readyReplicas: 0 });

    await world.pass();

    expect(world.log).toContain('set new1');
  });

  it('that cannot be followed is a failure, and a request is answered nevertheless', async () => {
    const world = aWorld({ request: 'now', spec: { tokenRotation: { ...HOURLY, schedule: 'never' } } });

    await world.pass();

    expect(world.log).toContain('set new1');
    expect(world.reported()).toMatchObject({ status: 'False', reason: 'InvalidSpec' });
    expect(world.reported()?.message).toContain('spec.tokenRotation.schedule: "never" matches no date');
  });
});

interface Given {
  /** Value of the annotation. */
  readonly request?: string;
  readonly spec?: Partial<TunnelSpec>;
  readonly rotation?: RotationRecord;
  /** The secret in force at Cloudflare; the stored one by default. */
  readonly inForce?: string;
  /** What happens to the first call that sets a secret. */
  readonly fault?: 'lost-answer' | 'never-arrived';
  /** Somebody has broken the stored credentials. */
  readonly isBroken?: boolean;
  readonly isNew?: boolean;
  readonly readyReplicas?: number;
  /** Ids of connectors. */
  readonly connected?: readonly string[];
}

/** Every write, and every read of the secret in force, is in `log`. */
function aWorld(given: Given) {
  const { request, spec = {}, rotation = {}, fault, isBroken = false, isNew = false } = given;
  const annotations = request === undefined ? {} : { 'cftunnel.io/rotate-token': request };
  const tunnel = aTunnel('shop/home', {
    spec,
    annotations,
    status: isNew ? {} : { tunnelId: '1', config: { hash: 'h' } },
  });
  const log: string[] = [];
  const remote = { id: '1', name: 'test/shop/home', isRemotelyManaged: false };
  let [inForce, made, isFaulty] = [given.inForce ?? CREDENTIALS.tunnelSecret, 0, fault !== undefined];
  let secret: Secret | undefined = isNew
    ? undefined
    : credentialsSecretFor(tunnel, { ...CREDENTIALS, rotation }, digest);
  if (isBroken) secret = { ...(secret as Secret), data: { ...secret?.data, 'credentials.json': btoa('{}') } };
  const credentials = () => readCredentials(secret as Secret, digest) ?? CREDENTIALS;
  const record = (): RotationRecord => readRotation(secret, tunnel, digest);
  const apply = async (object: KubeObject): Promise<KubeObject> => {
    secret = object;
    const { pending } = record();
    log.push(`store ${credentials().tunnelSecret}${pending === undefined ? '' : `, pending ${pending.tunnelSecret}`}`);
    return object;
  };
  const cloudflare: Partial<Cloudflare> = {
    connectors: async () => (given.connected ?? []).map((id) => ({ id, configVersion: -1 })),
    createTunnel: async (_, { secret: tunnelSecret }) => {
      inForce = tunnelSecret;
      return remote;
    },
    connectorToken: async () => {
      log.push('read');
      return connectorToken({ ...CREDENTIALS, tunnelSecret: inForce });
    },
    setTunnelSecret: async (_, __, tunnelSecret) => {
      if (!isFaulty || fault === 'lost-answer') inForce = tunnelSecret;
      log.push(`set ${tunnelSecret}`);
      if (!isFaulty) return;
      isFaulty = false;
      throw new OperatorError('CloudflareUnreachable', 'retry', 'no answer');
    },
  };
  const port: TokenRotationPort & RemoteTunnelPort = {
    objects: { apply, setOwners: async (object) => object },
    hash: digest,
    deployments: { get: () => aDeployment(given.readyReplicas ?? 2) },
    newSecret: () => `new${(made += 1)}`,
    findNextTime: everyHour,
    wantedHostnames: () => [],
    now: () => NOW,
    changed: (_, { reason }) => void log.push(reason),
  };
  const clock = aClock();
  const memories = new TunnelMemories(clock);
  const begin = () => aPass(tunnel, { memories, secrets: { get: async () => secret, forget: () => undefined } });
  let pass = begin();
  return {
    log,
    clock,
    memory: () => memories.of(tunnel),
    credentials,
    record,
    credentialsHash: () => secret?.metadata.annotations?.['cftunnel.io/credentials-hash'],
    reported: () => pass.stages.reports.get('TunnelReady'),
    pass: async () => {
      pass = begin();
      const exists = !isNew || made > 0;
      const access: Access = {
        cloudflare: cloudflare as Cloudflare,
        accountId: ACCOUNT,
        tunnels: exists ? [remote] : [],
      };
      const stored = await readStored(port, pass);
      return rotateToken(port, pass, { access, stored, remote: await ensureRemote(port, pass, { access, stored }) });
    },
  };
}

/** The connectors with the rules of the hash `h`. */
function aDeployment(readyReplicas: number) {
  const [replicas, updatedReplicas, availableReplicas] = [2, 2, readyReplicas];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'home-cloudflared', generation: 1 },
    spec: { template: { metadata: { annotations: { 'cftunnel.io/config-hash': 'h' } } } },
    status: { observedGeneration: 1, replicas, updatedReplicas, availableReplicas, readyReplicas },
  };
}
