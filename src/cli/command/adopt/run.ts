import type { CloudflareSession } from '../../../adapters/cloudflare/session.ts';
import { writeYaml } from '../../../adapters/documents/yaml.ts';
import { ClusterWriter } from '../../../adapters/kubernetes/cluster-writer.ts';
import type { Tunnel } from '../../../api/objects.ts';
import { type RemoteState, adoptionNotes, findRemote, ownerOf, tunnelFor } from '../../../core/adopt/adopt.ts';
import { keyOf } from '../../../core/keys.ts';
import { listed } from '../../../core/quote.ts';
import type { RemoteTunnel } from '../../../core/tunnel/remote.ts';
import { type CloudflareAccess, withCloudflare } from '../../frame/cloudflare.ts';
import { type Connection, withCluster } from '../../frame/connect.ts';
import type { Given, RunCommand } from '../../frame/definition.ts';
import { CommandError, EXIT } from '../../frame/exit-code.ts';

export const run: RunCommand = (given, io) =>
  withCluster(given, (connection) =>
    withCloudflare(given, io, async (cloudflare) => {
      const { object, notes } = await readAdoption(given, connection, cloudflare);
      for (const note of notes) io.err.write(`Note: ${note}\n`);
      if (given.isOn('apply')) {
        await new ClusterWriter(connection.rest).create(object);
        io.out.write(`Tunnel ${keyOf(object)}: created\n`);
      } else io.out.write(writeYaml(object));
      return EXIT.done;
    }),
  );

interface Adoption {
  readonly object: Tunnel;
  readonly notes: readonly string[];
}

async function readAdoption(given: Given, connection: Connection, cloudflare: CloudflareAccess): Promise<Adoption> {
  const { ownNamespace: namespace } = connection;
  const secret = given.text('secret') ?? '';
  const opened = await cloudflare.openSecret(connection, `${namespace}/${secret}`);
  if ('problem' in opened) throw new CommandError(`Cloudflare cannot be asked: ${opened.problem}`);
  const accountId = given.text('account-id') ?? opened.accountId ?? (await onlyAccount(opened.session));
  const { signal } = new AbortController();
  const found = findRemote(given.args[0] ?? '', accountId, await opened.session.tunnels(accountId, 0, signal));
  if ('problem' in found) throw new CommandError(found.problem);
  const { tunnel } = found;
  await refuseOwned(connection, tunnel);
  const object = tunnelFor({ tunnel, accountId, namespace, secret, name: given.text('name') });
  const state = await readState(opened.session, accountId, tunnel);
  return { object, notes: adoptionNotes(object, tunnel.isRemotelyManaged, state) };
}

/** A Tunnel of another namespace counts too, as far as the user may see it. */
async function refuseOwned({ cluster, ownNamespace }: Connection, tunnel: RemoteTunnel): Promise<void> {
  const all = await cluster.tryList<Tunnel>('tunnels', {});
  const owner = ownerOf(tunnel, all ?? (await cluster.list<Tunnel>('tunnels', { namespace: ownNamespace })));
  if (owner !== undefined) throw new CommandError(`Tunnel ${keyOf(owner)} has the tunnel ${tunnel.name} already`);
}

async function readState(session: CloudflareSession, accountId: string, tunnel: RemoteTunnel): Promise<RemoteState> {
  const { signal } = new AbortController();
  const key = { accountId, tunnelId: tunnel.id };
  const config = tunnel.isRemotelyManaged ? (await session.configuration(key, 0, signal)).config : {};
  const connectors = await session.connectors(accountId, tunnel.id, 0, signal);
  return { config, connectors: connectors?.length };
}

/** The account of the zones that the token sees; without zones, the only account that it can list. */
async function onlyAccount(session: CloudflareSession): Promise<string> {
  const { signal } = new AbortController();
  const ofZones = (await session.zones(0, signal)).map(({ accountId }) => accountId);
  const ids = [...new Set(ofZones.length > 0 ? ofZones : (await session.accounts(0, signal)).map(({ id }) => id))];
  const [only, ...others] = ids;
  if (only !== undefined && others.length === 0) return only;
  throw new CommandError(
    `The token sees ${ids.length === 0 ? 'no account' : `several accounts (${listed(ids)})`}. Give --account-id`,
  );
}
