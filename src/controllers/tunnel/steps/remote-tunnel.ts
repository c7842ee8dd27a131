/** Makes sure that the tunnel exists at Cloudflare, is this Tunnel's, and that its credentials are stored. */
import type { Secret } from '../../../api/objects.ts';
import { keyOf } from '../../../core/keys.ts';
import { ownershipOf } from '../../../core/manifests/ownership.ts';
import { isRetained } from '../../../core/manifests/retention.ts';
import { type AdoptionFacts, adoptionProblem } from '../../../core/tunnel/adoption.ts';
import { credentialsStored, tunnelCreated } from '../../../core/tunnel/changes.ts';
import {
  type TunnelCredentials,
  readConnectorToken,
  readCredentials,
  writeCredentials,
} from '../../../core/tunnel/credentials.ts';
import { type RemoteAction, type RemoteFacts, type RemoteTunnel, decideRemote } from '../../../core/tunnel/remote.ts';
import {
  type RotationRecord,
  readRotation,
  recordOfNewSecret,
  rotationRequest,
} from '../../../core/tunnel/rotation-record.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import { storeCredentials } from '../owned/credentials-secret.ts';
import { type OwnershipPort, claim, nameTaken } from '../owned/ownership.ts';
import type { Access, Objects, Recorder } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { type RebuiltTunnelPort, findRebuildProblem } from './rebuilt-tunnel.ts';

export interface RemoteTunnelPort extends OwnershipPort, RebuiltTunnelPort, Pick<Recorder, 'changed'> {
  readonly objects: Pick<Objects, 'apply' | 'setOwners'>;
  /** 32 random bytes, standard base64. */
  readonly newSecret: () => string;
}

/** A tunnel that exists and whose credentials are in our Secret. */
export interface Identity {
  readonly accountId: string;
  readonly tunnelId: string;
  readonly credentialsHash: string;
}

/** What the credentials Secret holds. */
export interface Stored {
  readonly credentials: TunnelCredentials | undefined;
  /** The Secret, if it has lost its owner: Cloudflare has to confirm it before it is adopted. */
  readonly ownerless: Secret | undefined;
  readonly rotation: RotationRecord;
}

type Hash = Pick<OwnershipPort, 'hash'>;

/** Reads the Secret live, since Secrets are not watched. */
export async function readStored(port: OwnershipPort, pass: TunnelPass): Promise<Stored> {
  const secret = await pass.secrets.get(pass.credentials, pass.signal);
  const rotation = readRotation(secret, pass.tunnel, port.hash);
  if (secret === undefined) return { credentials: undefined, ownerless: undefined, rotation };
  const ownership = ownershipOf(secret, pass.tunnel, port.hash);
  if (ownership.kind === 'foreign') throw nameTaken(secret, ownership.why);
  if (ownership.kind === 'owned' && isRetained(secret)) {
    pass.secrets.forget(pass.credentials);
    await claim(port, pass, secret);
  }
  const ownerless = ownership.kind === 'adoptable' ? secret : undefined;
  return { credentials: readCredentials(secret, port.hash), ownerless, rotation };
}

/** The identity as far as our Secret proves it, while Cloudflare cannot be asked. */
export function verifiedIdentity(port: Hash, { tunnel }: TunnelPass, stored: Stored): Identity | undefined {
  const { credentials, ownerless } = stored;
  const isVerified = ownerless === undefined || credentials?.tunnelId === tunnel.status?.tunnelId;
  return isVerified ? identityOf(port, credentials) : undefined;
}

export function identityOf({ hash }: Hash, stored: TunnelCredentials | undefined): Identity | undefined {
  if (stored?.tunnelId === undefined) return undefined;
  const { accountId, tunnelId } = stored;
  return { accountId, tunnelId, credentialsHash: hash(writeCredentials(stored)) };
}

/** Where the remote tunnel is looked for, and the credentials that prove it. */
interface Lookup {
  readonly access: Access;
  readonly stored: TunnelCredentials | undefined;
}

/**
 * The tunnel that a crash or a lost answer kept from being recorded: found by its name, and proven by the secret that
 * was stored before. The tunnels are listed again, because the cached list may be older than the tunnel.
 */
export async function findUnrecordedTunnel(
  port: Hash,
  pass: TunnelPass,
  lookup: Lookup,
): Promise<Identity | undefined> {
  const { access, stored } = lookup;
  const namesake = await findNamesake(pass, access, pass.remoteName);
  const remote = namesake && (await readRemote(pass, access, namesake));
  return remote !== undefined && remote.tunnelSecret === stored?.tunnelSecret ? identityOf(port, remote) : undefined;
}

export async function ensureRemote(
  port: RemoteTunnelPort,
  pass: TunnelPass,
  { access, stored }: { readonly access: Access; readonly stored: Stored },
): Promise<Identity> {
  const work = { port, pass, access, stored: stored.credentials, rotation: stored.rotation };
  if (stored.ownerless !== undefined) await adopt(work, stored.ownerless);
  const action = decideRemote({ ...factsOf(pass, access), stored: stored.credentials });
  const identity = identityOf(port, await perform(work, action));
  if (identity === undefined) throw new Error('the remote tunnel has no id');
  return identity;
}

function factsOf(
  { tunnel, remoteName, settings }: TunnelPass,
  { accountId, tunnels }: Access,
): AdoptionFacts & Pick<RemoteFacts, 'mode'> {
  const { spec, status } = tunnel;
  const mode = settings.configMode;
  return { name: remoteName, mode, existing: spec.existingTunnel, lastId: status?.tunnelId, accountId, tunnels };
}

/** What the actions below share. */
interface Work extends Lookup {
  readonly port: RemoteTunnelPort;
  readonly pass: TunnelPass;
  readonly rotation: RotationRecord;
}

async function adopt({ port, pass, access, stored }: Work, secret: Secret): Promise<void> {
  const problem = stored && adoptionProblem(stored, factsOf(pass, access));
  if (problem !== undefined) throw nameTaken(secret, problem);
  pass.secrets.forget(keyOf(secret));
  await claim(port, pass, secret);
}

async function perform(work: Work, action: RemoteAction): Promise<TunnelCredentials | undefined> {
  switch (action.kind) {
    case 'keep':
      return work.stored;
    case 'restore':
      return store(work, await readRemote(work.pass, work.access, action.tunnel));
    case 'verify':
      return verifyOwnership(work, action.tunnel);
    case 'create':
      return create(work.stored === undefined ? withRequestAnswered(work) : work, action.name);
    case 'refuse':
      throw new OperatorError(action.reason, 'stall', action.message);
    default:
      return action satisfies never;
  }
}

/** The first secret of a tunnel is a new one, so it answers a request for a rotation. */
function withRequestAnswered(work: Work): Work {
  return { ...work, rotation: recordOfNewSecret(work.rotation, rotationRequest(work.pass.tunnel)) };
}

/** Stores the secret before creating the tunnel with it: a crash in between leaves a tunnel that the secret proves. */
async function create(work: Work, name: string): Promise<TunnelCredentials> {
  const { port, pass, access, stored } = work;
  const { accountId, cloudflare } = access;
  const tunnelSecret = stored?.tunnelSecret ?? port.newSecret();
  const pending = { accountId, tunnelSecret, tunnelId: undefined };
  if (stored === undefined || stored.tunnelId !== undefined) await store(work, pending);
  const isRemotelyManaged = pass.settings.configMode === 'Remote';
  const created = await cloudflare.createTunnel(
    accountId,
    { name, secret: tunnelSecret, isRemotelyManaged },
    pass.signal,
  );
  if (created !== undefined) {
    port.changed(pass.tunnel, tunnelCreated(created, accountId), pass.signal);
    return store(work, { ...pending, tunnelId: created.id });
  }
  const namesake = await findNamesake(pass, access, name);
  if (namesake === undefined) throw nameTakenButNotListed(name);
  return verifyOwnership({ ...work, stored: pending }, namesake);
}

function nameTakenButNotListed(name: string): OperatorError {
  const message = `Cloudflare reports that the tunnel name "${name}" is taken, but lists no such tunnel. If this persists, re-create the Tunnel with a spec.tunnelName`;
  return new OperatorError('TunnelNameTaken', 'wait', message);
}

async function findNamesake(
  { signal }: TunnelPass,
  { cloudflare, accountId }: Access,
  name: string,
): Promise<RemoteTunnel | undefined> {
  const tunnels = await cloudflare.tunnels(accountId, 0, signal);
  return tunnels.find((tunnel) => tunnel.name === name);
}

/** During a rotation, the secret that is to be set is a proof as well as the stored one. */
async function verifyOwnership(work: Work, candidate: RemoteTunnel): Promise<TunnelCredentials> {
  const remote = await readRemote(work.pass, work.access, candidate);
  const ours = [work.stored?.tunnelSecret, work.rotation.pending?.tunnelSecret];
  if (ours.includes(remote.tunnelSecret)) return store(work, remote);
  const problem = await findRebuildProblem(work.port, work.pass, { ...work, candidate });
  if (problem === undefined) return store(work, remote);
  const message = `A tunnel named "${candidate.name}" exists (${candidate.id}), and nothing proves that this Tunnel created it: ${problem}. Re-create the Tunnel, with spec.existingTunnel to take it over or with another spec.tunnelName`;
  throw new OperatorError('TunnelNameTaken', 'stall', message);
}

/** The credentials that are in force at Cloudflare. */
export async function readRemote(
  { signal }: TunnelPass,
  { cloudflare, accountId }: Access,
  { id }: Pick<RemoteTunnel, 'id'>,
): Promise<TunnelCredentials> {
  const credentials = readConnectorToken(await cloudflare.connectorToken(accountId, id, signal));
  if (credentials !== undefined) return credentials;
  const message = `The connector token that Cloudflare returns for tunnel ${id} has an unknown format. Update the operator`;
  throw new OperatorError('CloudflareRefused', 'stall', message);
}

/** Keeps what is known of rotations. */
async function store(work: Work, credentials: TunnelCredentials): Promise<TunnelCredentials> {
  const { port, pass, rotation } = work;
  const secret = await storeCredentials(port, pass, { ...credentials, rotation });
  if (credentials.tunnelId !== undefined) port.changed(pass.tunnel, credentialsStored(secret), pass.signal);
  return credentials;
}
