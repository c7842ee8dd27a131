import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The real binary: `CLOUDFLARED_BIN`, or `cloudflared` on the PATH. Undefined if there is none. */
export function findCloudflared(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const named = env['CLOUDFLARED_BIN'];
  if (named !== undefined && named !== '') return named;
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, 'cloudflared')).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
