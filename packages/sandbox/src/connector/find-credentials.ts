import { EarlyExit } from './early-exit.ts';
import type { Files } from './files.ts';
import { parseCredentialsFile, parseTunnelToken, type TunnelCredentials } from './tunnel-credentials.ts';

/** The value of a flag from any source. */
export type FlagLookup = (flag: string) => string | undefined;

/** Exit code of a usage error that cloudflared itself reports. */
export const USAGE_ERROR_CODE = 255;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The first that is set of: token, token file, credentials contents, credentials file. `tunnel` comes from the argument
 * of the command or the configuration file.
 */
export function findCredentials(tunnel: string | undefined, lookup: FlagLookup, files: Files): TunnelCredentials {
  const token = lookup('token') || readTokenFile(lookup('token-file'), files);
  if (token !== undefined) {
    return parseTunnelToken(token) ?? exit(USAGE_ERROR_CODE, 'Provided Tunnel token is not valid.');
  }
  if (tunnel === undefined) {
    const message = `"cloudflared tunnel run" requires the ID or name of the tunnel to run as the last command line argument or in the configuration file.`;
    throw new EarlyExit(USAGE_ERROR_CODE, message);
  }
  const credentials = readCredentials(tunnel, lookup, files);
  return UUID.test(tunnel) ? { ...credentials, tunnelId: tunnel.toLowerCase() } : credentials;
}

function readTokenFile(path: string | undefined, files: Files): string | undefined {
  if (path === undefined) return undefined;
  return (
    files.get(path) ?? exit(USAGE_ERROR_CODE, `Failed to read token file: open ${path}: no such file or directory`)
  );
}

function readCredentials(tunnel: string, lookup: FlagLookup, files: Files): TunnelCredentials {
  const contents = lookup('credentials-contents');
  if (contents !== undefined) return parseCredentials(contents);
  const path = lookup('credentials-file') ?? exit(1, withoutCredentials(tunnel));
  return parseCredentials(
    files.get(path) ?? exit(1, `Tunnel credentials file '${path}' doesn't exist or is not a file`),
  );
}

function parseCredentials(content: string): TunnelCredentials {
  return parseCredentialsFile(content) ?? exit(1, 'Invalid JSON when parsing tunnel credentials file');
}

/** Finding a tunnel by name requires an account certificate. */
function withoutCredentials(tunnel: string): string {
  return UUID.test(tunnel)
    ? 'tunnel credentials file not found'
    : "error parsing tunnel ID: Error locating origin cert: client didn't specify origincert path";
}

function exit(code: number, message: string): never {
  throw new EarlyExit(code, message);
}
