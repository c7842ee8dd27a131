import { findExecutable, pathFolders } from './find-executable.ts';

/** The real binary: `CLOUDFLARED_BIN`, or `cloudflared` on the PATH. Undefined if there is none. */
export function findCloudflared(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const named = env['CLOUDFLARED_BIN'];
  if (named !== undefined && named !== '') return named;
  return findExecutable('cloudflared', pathFolders(env));
}
