/** Rotates the token of the connectors: see `core/tunnel/rotation.ts`. */
import type { TunnelCredentials } from '../../../core/tunnel/credentials.ts';
import { areConnectorsComplete } from '../../../core/tunnel/rollout.ts';
import { type RotationFacts, decideRotation, isHeldUp } from '../../../core/tunnel/rotation.ts';
import { type RotationRecord, rotationRequest } from '../../../core/tunnel/rotation-record.ts';
import { type FindNextTime, scheduleOf, scheduleProblem } from '../../../core/tunnel/rotation-schedule.ts';
import type { Access } from '../pass/ports.ts';
import { report } from '../pass/report.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import type { RolloutPort } from './connectors.ts';
import { type Identity, type Stored, identityOf } from './remote-tunnel.ts';
import {
  type RotationActionsPort,
  type RotationState,
  type RotationWork,
  performRotation,
} from './rotation-actions.ts';

export interface TokenRotationPort extends RotationActionsPort, RolloutPort {
  readonly findNextTime: FindNextTime;
  /** RFC 3339, second precision. */
  readonly now: () => string;
}

/** What a pass has found out about the token. */
export interface TokenRotation {
  /** With the hash of the credentials that are in force now. */
  readonly identity: Identity;
  /** As stored; `undefined`: this pass has changed them otherwise. */
  readonly credentials: TunnelCredentials | undefined;
  readonly record: RotationRecord;
  /** Time until the next scheduled rotation; `undefined`: there is none, or it waits for connectors. */
  readonly dueInMs: number | undefined;
}

interface RotatingTunnel {
  readonly access: Access;
  readonly stored: Stored;
  /** Confirmed by Cloudflare. */
  readonly remote: Identity;
}

/** Credentials that this pass has stored are left alone until the next one has read them. */
export async function rotateToken(
  port: TokenRotationPort,
  pass: TunnelPass,
  { access, stored, remote }: RotatingTunnel,
): Promise<TokenRotation> {
  const { credentials, rotation } = stored;
  const state = { credentials, record: rotation, inForce: undefined };
  if (!isCurrent(port, state, remote))
    return { identity: remote, credentials: undefined, record: rotation, dueInMs: undefined };
  const work = { port, pass, access, tunnelId: remote.tunnelId, isUncertain: areCredentialsUncertain(pass) };
  const rotated = await rotate(work, state);
  reportSchedule(work, rotated);
  const identity = identityOf(port, rotated.credentials) ?? remote;
  return { identity, credentials: rotated.credentials, record: rotated.record, dueInMs: dueInMs(port, rotated) };
}

/** Since when connectors have been unconnected, and the secret in force was read. */
const UNCONNECTED = 'unconnected connectors';

/** At once when connectors cannot connect, and then once in each drift interval. */
function areCredentialsUncertain({ memory, driftIntervalMs }: TunnelPass): boolean {
  const { areUnconnected, waits } = memory;
  const waitedMs = areUnconnected ? waits.startOrContinue(UNCONNECTED) : 0;
  const isFirst = waitedMs === 0;
  if (!areUnconnected || waitedMs >= driftIntervalMs) waits.end(UNCONNECTED);
  return areUnconnected && isFirst;
}

interface Work extends RotationWork {
  readonly port: TokenRotationPort;
  readonly isUncertain: boolean;
}

type Unverified = Omit<RotationState, 'credentials'> & Pick<Stored, 'credentials'>;

function isCurrent(port: TokenRotationPort, state: Unverified, remote: Identity): state is RotationState {
  return identityOf(port, state.credentials)?.credentialsHash === remote.credentialsHash;
}

async function rotate(work: Work, state: RotationState): Promise<RotationState> {
  const action = decideRotation(factsOf(work, state), work.port.findNextTime);
  return action.kind === 'none' ? state : rotate(work, await performRotation(work, state, action));
}

function factsOf({ port, pass, isUncertain }: Work, { credentials, record, inForce }: RotationState): RotationFacts {
  const { tunnel, settings } = pass;
  return {
    now: port.now(),
    requested: rotationRequest(tunnel),
    schedule: scheduleOf(tunnel.spec),
    record,
    current: credentials.tunnelSecret,
    inForce,
    isUncertain,
    areConnectorsComplete: areConnectorsComplete(port.deployments.get(pass.workload), settings.replicas),
  };
}

function reportSchedule(work: Work, state: RotationState): void {
  const { port, pass } = work;
  const facts = factsOf(work, state);
  const problem = scheduleProblem({ ...facts, planned: state.record.next }, port.findNextTime);
  if (problem !== undefined)
    report(pass.stages, 'TunnelReady', {
      status: 'False',
      reason: 'InvalidSpec',
      message: problem,
      disposition: 'stall',
    });
  else if (isHeldUp(facts)) report(pass.stages, 'TunnelReady', HELD_UP);
}

const HELD_UP = {
  status: 'True',
  reason: 'RotationPending',
  message:
    'The scheduled rotation of the token waits until every connector is connected. The annotation cftunnel.io/rotate-token rotates it at once',
} as const;

/** A rotation that waits for connectors is looked at again when they change. */
function dueInMs({ now }: TokenRotationPort, { record }: RotationState): number | undefined {
  const leftMs = record.next === undefined ? 0 : Date.parse(record.next.time) - Date.parse(now());
  return leftMs > 0 ? leftMs : undefined;
}
