/** The actions of a rotation: see `core/tunnel/rotation.ts`. */
import { credentialsStored, tokenRotated } from '../../../core/tunnel/changes.ts';
import type { TunnelCredentials } from '../../../core/tunnel/credentials.ts';
import type { RotationAction } from '../../../core/tunnel/rotation.ts';
import type { PendingRotation, RotationRecord } from '../../../core/tunnel/rotation-record.ts';
import { type CredentialsSecretPort, storeCredentials } from '../owned/credentials-secret.ts';
import type { Access, Recorder } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { readRemote } from './remote-tunnel.ts';

export interface RotationActionsPort extends CredentialsSecretPort, Pick<Recorder, 'changed'> {
  /** 32 random bytes, standard base64. */
  readonly newSecret: () => string;
}

/** How far a rotation is. */
export interface RotationState {
  readonly credentials: TunnelCredentials;
  readonly record: RotationRecord;
  /** The secret in force at Cloudflare; `undefined`: unknown. */
  readonly inForce: string | undefined;
}

/** What the actions share. */
export interface RotationWork {
  readonly port: RotationActionsPort;
  readonly pass: TunnelPass;
  readonly access: Access;
  readonly tunnelId: string;
}

/** Carries out one action. What it returns is known to be so. */
export async function performRotation(
  work: RotationWork,
  state: RotationState,
  action: Exclude<RotationAction, { kind: 'none' }>,
): Promise<RotationState> {
  const { pass, access, tunnelId } = work;
  const { credentials } = state;
  switch (action.kind) {
    case 'plan':
      return store(work, { ...state, record: action.record });
    case 'prepare':
      return prepare(work, state, action.request);
    case 'read':
      return { ...state, inForce: (await readRemote(pass, access, { id: tunnelId })).tunnelSecret };
    case 'set':
      await access.cloudflare.setTunnelSecret(access.accountId, tunnelId, action.tunnelSecret, pass.signal);
      return { ...state, inForce: action.tunnelSecret };
    case 'adopt':
      return adopt(work, state, action.tunnelSecret);
    case 'finish':
      return finish(work, state, {
        credentials: { ...credentials, tunnelSecret: action.tunnelSecret },
        record: action.record,
      });
    default:
      return action satisfies never;
  }
}

/** Nobody has been told the new secret yet, so it is known not to be in force. */
async function prepare(work: RotationWork, state: RotationState, request: string | undefined): Promise<RotationState> {
  const { credentials, record } = state;
  const tunnelSecret = work.port.newSecret();
  const answers = request === undefined ? {} : { request, ...(await connectedNow(work)) };
  const pending = { tunnelSecret, ...answers };
  return store(work, { credentials, record: { ...record, pending }, inForce: credentials.tunnelSecret });
}

async function connectedNow({ pass, access, tunnelId }: RotationWork): Promise<Pick<PendingRotation, 'connected'>> {
  const connected = await access.cloudflare.connectors(access.accountId, tunnelId, 0, pass.signal);
  return connected === undefined || connected.length === 0 ? {} : { connected: connected.map(({ id }) => id) };
}

async function adopt(work: RotationWork, state: RotationState, tunnelSecret: string): Promise<RotationState> {
  const { port, pass } = work;
  const credentials = { ...state.credentials, tunnelSecret };
  const secret = await storeCredentials(port, pass, { ...credentials, rotation: state.record });
  port.changed(pass.tunnel, credentialsStored(secret), pass.signal);
  return { ...state, credentials };
}

async function finish(
  work: RotationWork,
  { inForce, record }: RotationState,
  finished: Omit<RotationState, 'inForce'>,
): Promise<RotationState> {
  const { port, pass, tunnelId } = work;
  const state = await store(work, { ...finished, inForce });
  port.changed(pass.tunnel, tokenRotated(tunnelId, record.pending?.request), pass.signal);
  return state;
}

async function store({ port, pass }: RotationWork, state: RotationState): Promise<RotationState> {
  await storeCredentials(port, pass, { ...state.credentials, rotation: state.record });
  return state;
}
