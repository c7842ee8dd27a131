/** Ends the connections of foreign connectors after a requested rotation: see `core/tunnel/former-connectors.ts`. */
import { terminationSeconds } from '../../../core/model/tunnel-settings.ts';
import { connectionsDropped } from '../../../core/tunnel/changes.ts';
import { haveStartedWith, stillConnected } from '../../../core/tunnel/former-connectors.ts';
import { storeCredentials } from '../owned/credentials-secret.ts';
import type { Access } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import type { ObservedConnectors } from './connectors.ts';
import type { TokenRotation, TokenRotationPort } from './token-rotation.ts';

/** Since when every connector has had the new token. */
const REPLACED = 'replaced connectors';

type FormerConnectorsPort = Pick<TokenRotationPort, 'objects' | 'hash' | 'deployments' | 'changed'>;

interface RotatedTunnel {
  readonly access: Access;
  readonly rotation: TokenRotation;
  readonly connectors: ObservedConnectors;
}

/** Waits until the connectors that were replaced have ended too: they may still be answering requests. */
export async function dropFormerConnectors(
  port: FormerConnectorsPort,
  pass: TunnelPass,
  { access, rotation, connectors }: RotatedTunnel,
): Promise<void> {
  const { identity, credentials, record } = rotation;
  const { former, ...settled } = record;
  if (former === undefined || credentials === undefined) return;
  const deployment = port.deployments.get(pass.workload);
  if (!haveStartedWith(identity.credentialsHash, deployment, connectors.rollout))
    return pass.memory.waits.end(REPLACED);
  const terminationMs = terminationSeconds(pass.settings.cloudflared) * 1000;
  if (pass.memory.waits.startOrContinue(REPLACED) < terminationMs) return;
  const isDone = await drop(port, pass, { access, tunnelId: identity.tunnelId, former });
  if (isDone) await storeCredentials(port, pass, { ...credentials, rotation: settled });
}

/** False: it is unknown at present who is connected. */
async function drop(
  port: FormerConnectorsPort,
  { tunnel, signal }: TunnelPass,
  target: { readonly access: Access; readonly tunnelId: string; readonly former: readonly string[] },
): Promise<boolean> {
  const { access, tunnelId, former } = target;
  const { cloudflare, accountId } = access;
  const connected = await cloudflare.connectors(accountId, tunnelId, 0, signal);
  if (connected === undefined) return false;
  const ids = connected.map(({ id }) => id);
  const foreign = stillConnected(former, ids);
  for (const connector of foreign) await cloudflare.dropConnector(accountId, { tunnelId, connector }, signal);
  if (foreign.length > 0) port.changed(tunnel, connectionsDropped(tunnelId, foreign), signal);
  return true;
}
