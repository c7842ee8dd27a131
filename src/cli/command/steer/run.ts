import { ClusterWriter } from '../../../adapters/kubernetes/cluster-writer.ts';
import type { ObjectKey, Tunnel } from '../../../api/objects.ts';
import { parseSeconds } from '../../../core/duration.ts';
import {
  DONE,
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
import { CommandError, EXIT, type ExitCode } from '../../frame/exit-code.ts';
import type { Io } from '../../frame/io.ts';
import { findTunnel } from '../../frame/tunnels.ts';

const POLL_MS = 500;

export function runFor(kind: SteeringKind): RunCommand {
  return (given, io) =>
    withCluster(given, async (connection) => {
      const request = requestOf(kind, new Date(io.nowMs()).toISOString());
      const keys = given.args.map((name) => (name.includes('/') ? name : `${connection.ownNamespace}/${name}`));
      // All are looked at before any is changed.
      for (const key of keys) refusePointless(request, await findTunnel(connection, key), key);
      for (const key of keys) await ask(connection, request, { key, io });
      if (!given.isOn('wait')) return EXIT.done;
      const until = io.nowMs() + (parseSeconds(given.text('timeout') ?? '') ?? 0) * 1000;
      const codes = await Promise.all(keys.map((key) => wait(connection, request, { key, io, until })));
      return codes.find((code) => code !== EXIT.done) ?? EXIT.done;
    });
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
    const progress = progressOf(request, await findTunnel(connection, key));
    if (progress.kind === 'done') {
      io.out.write(`Tunnel ${key}: ${DONE[request.kind]}\n`);
      return EXIT.done;
    }
    if (progress.kind === 'stuck') return giveUp(io, `Tunnel ${key} cannot go on: ${progress.why}`);
    if (io.nowMs() >= until) return giveUp(io, `Tunnel ${key}: not done in time: ${progress.for}. See: cftunnel check`);
    await io.pause(POLL_MS);
  }
}

function giveUp({ err }: Io, message: string): ExitCode {
  err.write(`cftunnel: ${message}\n`);
  return EXIT.failed;
}
