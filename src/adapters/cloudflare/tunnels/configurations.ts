import {
  type RemoteConfig,
  type RemoteConfiguration,
  UNCONFIGURED,
} from '../../../core/remote-config/configuration.ts';
import { isRecord } from '../../../core/json.ts';
import type { CloudflareCalls } from '../calls/calls.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { isUnanswered } from '../calls/errors.ts';
import type { TunnelLists } from './lists.ts';
import { onTunnels } from './tunnels.ts';

export interface RemoteTunnelKey {
  readonly accountId: string;
  readonly tunnelId: string;
}

export type Configurations = ReturnType<typeof openConfigurations>;

/** Configurations of remotely managed tunnels. */
export function openConfigurations(calls: CloudflareCalls, lists: TunnelLists) {
  return {
    configuration: (
      { accountId, tunnelId }: RemoteTunnelKey,
      maxAgeMs: number,
      signal: AbortSignal,
    ): Promise<RemoteConfiguration> =>
      calls.cached(lists.configurations.of(tunnelId), maxAgeMs, {
        ...onTunnels('read the rules of the tunnel', accountId),
        send: ({ zeroTrust }) =>
          zeroTrust.tunnels.cloudflared.configurations
            .get(tunnelId, { account_id: accountId }, { signal })
            .then(configurationIn),
      }),
    /** Replaces the configuration; returns it with its version. */
    async putConfiguration(
      { accountId, tunnelId }: RemoteTunnelKey,
      config: RemoteConfig,
      signal: AbortSignal,
    ): Promise<RemoteConfiguration> {
      const list = lists.configurations.of(tunnelId);
      const written = await calls.make({
        ...onTunnels('write the rules of the tunnel', accountId),
        send: (client) =>
          put(client, { accountId, tunnelId, config }, signal).catch((error: unknown) => {
            // The write may have been carried out, so the next caller reads it again.
            if (isUnanswered(error)) list.expire();
            throw error;
          }),
      });
      list.amend((known) => (known.version < written.version ? written : known));
      list.learn(written);
      return written;
    },
  };
}

/** The SDK's types lack keys that others may have set, so the body is passed as it is. */
async function put(
  client: CloudflareClient,
  { accountId, tunnelId, config }: RemoteTunnelKey & { readonly config: RemoteConfig },
  signal: AbortSignal,
): Promise<RemoteConfiguration> {
  const { configurations } = client.zeroTrust.tunnels.cloudflared;
  return configurationIn(await configurations.update(tunnelId, { account_id: accountId, config }, { signal }));
}

function configurationIn(answer: { readonly version?: number; readonly config?: unknown }): RemoteConfiguration {
  const { version = UNCONFIGURED.version, config } = answer;
  return { version, config: isRecord(config) ? config : UNCONFIGURED.config };
}
