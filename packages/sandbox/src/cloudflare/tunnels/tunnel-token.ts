import type { Tunnel } from '../state/model.ts';

/** The argument of `cloudflared tunnel run --token`: the credentials as base64 of compact JSON. */
export function tunnelToken(tunnel: Tunnel): string {
  const content = JSON.stringify({ a: tunnel.accountId, t: tunnel.id, s: tunnel.secret });
  return Buffer.from(content).toString('base64');
}

/** The content of `credentials.json`. */
export function credentialsFile(tunnel: Tunnel): Record<string, string> {
  return {
    AccountTag: tunnel.accountId,
    TunnelID: tunnel.id,
    TunnelName: tunnel.name,
    TunnelSecret: tunnel.secret,
  };
}
