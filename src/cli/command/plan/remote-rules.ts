/** What the rules at Cloudflare tell about Tunnels in Remote mode whose rules change. */
import { attempt } from '../../../adapters/kubernetes/installation.ts';
import type { Tunnel } from '../../../api/objects.ts';
import { keyOf } from '../../../core/keys.ts';
import { settingsOf } from '../../../core/model/tunnel-settings.ts';
import { withoutHeld } from '../../../core/preview/held-hostnames.ts';
import type { RemoteConfig } from '../../../core/remote-config/configuration.ts';
import type { Compared } from '../../frame/states.ts';
import type { Access } from './access.ts';

export interface RemoteCompared {
  readonly compared: Compared;
  readonly notes: readonly string[];
}

export async function compareRemote(
  access: Access,
  compared: Compared,
  touched: readonly Tunnel[],
): Promise<RemoteCompared> {
  const notes: string[] = [];
  let { before, after } = compared;
  for (const tunnel of touched.filter((one) => settingsOf(one).configMode === 'Remote')) {
    const read = await readConfiguration(access, tunnel);
    if ('problem' in read)
      notes.push(`Rules of others in Tunnel ${keyOf(tunnel)} were not considered: ${read.problem}`);
    else if (read.value !== undefined)
      [before, after] = [withoutHeld(before, tunnel, read.value), withoutHeld(after, tunnel, read.value)];
  }
  return { compared: { before, after }, notes };
}

/** `undefined`: there is no such tunnel yet. */
async function readConfiguration(
  { connection, cloudflare }: Access,
  tunnel: Tunnel,
): Promise<{ readonly value: RemoteConfig | undefined } | { readonly problem: string }> {
  const { spec, status } = tunnel;
  const tunnelId = status?.tunnelId ?? spec.existingTunnel?.id;
  if (tunnelId === undefined) return { value: undefined };
  const opened = await cloudflare.openFor(connection, tunnel);
  if ('problem' in opened) return opened;
  const accountId = spec.accountId ?? opened.accountId ?? status?.accountId;
  if (accountId === undefined) return { problem: 'its account is not known. Set spec.accountId' };
  const { signal } = new AbortController();
  return attempt(async () => (await opened.session.configuration({ accountId, tunnelId }, 0, signal)).config);
}
