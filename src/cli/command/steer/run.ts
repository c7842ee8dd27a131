import { answerOf } from '../../../adapters/kubernetes/answer.ts';
import { ClusterWriter } from '../../../adapters/kubernetes/cluster-writer.ts';
import type { ObjectKey, Tunnel } from '../../../api/objects.ts';
import { parseSeconds } from '../../../core/duration.ts';
import {
  DONE,
  type Progress,
  REQUESTED,
  type SteeringKind,
  type SteeringRequest,
  patchFor,
  pointless,
  progressOf,
  requestOf,
} from '../../../core/steering/request.ts';
import { type Connection, withCluster } from '../../frame/connect.ts';
import type { RunCommand } from '../../frame/definition.ts';
import { CommandError, EXIT, type ExitCode, usageError } from '../../frame/exit-code.ts';
import type { Io } from '../../frame/io.ts';
import { findTunnel } from '../../frame/tunnels.ts';

const POLL_MS = 500;

export function runFor(kind: SteeringKind): RunCommand {
  return (given, io) =>
    withCluster(given, async (connection) => {
      const request = requestOf(kind, new Date(io.nowMs()).toISOString());
      const keys = [...new Set(given.args.map((name) => keyFor(name, connection)))];
      // All are looked at before any is changed.
      for (const key of keys) refusePointless(request, await findTunnel(connection, key), key);
      for (const key of keys) await ask(connection, request, { key, io });
      if (!given.isOn('wait')) return EXIT.done;
      const until = io.nowMs() + (parseSeconds(given.text('timeout') ?? '') ?? 0) * 1000;
      const codes = await Promise.all(keys.map((key) => wait(connection, request, { key, io, until })));
      return codes.find((code) => code !== EXIT.done) ?? EXIT.done;
    });
}

const NAME = /^([-a-z0-9]+\/)?[-a-z0-9.]+$/;

function keyFor(name: string, { ownNamespace }: Connection): ObjectKey {
  if (!NAME.test(name)) throw usageError(`"${name}" is not the name of a Tunnel, as in home or default/home`);
  return name.includes('/') ? name : `${ownNamespace}/${name}`;
}

function refusePointless(request: SteeringRequest, tunnel: Tunnel, key: ObjectKey): void {
  const why = pointless(request, tunnel);
  if (why !== undefined) throw new CommandError(`Tunnel ${key}: ${why}`);
}

async function ask({ rest }: Connection, request: SteeringRequest, { key, io }: Asked): Promise<void> {
  await new ClusterWriter(rest).patch('tunnels', key, patchFor(request));
  io.out.write(`Tunnel ${key}: ${REQUESTED[request.kind]}\n`);
}

interface Asked {
  readonly key: ObjectKey;
  readonly io: Io;
}

/** Waits for the effect, as the status of the Tunnel shows it. */
async function wait(
  connection: Connection,
  request: SteeringRequest,
  { key, io, until }: Asked & { readonly until: number },
): Promise<ExitCode> {
  for (;;) {
    const progress = await readProgress(connection, request, key);
    if (progress.kind === 'done') {
      io.out.write(`Tunnel ${key}: ${DONE[request.kind]}\n`);
      return EXIT.done;
    }
    if (progress.kind === 'stuck') return giveUp(io, `Tunnel ${key} cannot go on: ${progress.why}`);
    if (io.nowMs() >= until) return giveUp(io, `Tunnel ${key}: not done in time: ${progress.for}. See: cftunnel check`);
    await io.pause(POLL_MS);
  }
}

/** An API server that is away for a while ends no wait. */
async function readProgress({ cluster }: Connection, request: SteeringRequest, key: ObjectKey): Promise<Progress> {
  const answer = await answerOf(() => cluster.find<Tunnel>('tunnels', key));
  if ('noAnswer' in answer) return { kind: 'waiting', for: answer.noAnswer };
  return answer.value === undefined ? { kind: 'stuck', why: 'it is deleted' } : progressOf(request, answer.value);
}

function giveUp({ err }: Io, message: string): ExitCode {
  err.write(`cftunnel: ${message}\n`);
  return EXIT.failed;
}
