import path from 'node:path';
import { findExecutable, pathFolders } from '../../connector/find-executable.ts';

/** Programs that tests need: `npm run programs`. */
const PROGRAMS = path.join('node_modules', '.programs');

/**
 * The real Envoy: `ENVOY_BIN`, or `envoy` among the programs of the project or on the PATH. Undefined if there is none.
 */
export function findEnvoy(
  env: Readonly<Record<string, string | undefined>>,
  folder: string = process.cwd(),
): string | undefined {
  const named = env['ENVOY_BIN'];
  if (named !== undefined && named !== '') return named;
  return findExecutable('envoy', [...programFolders(folder), ...pathFolders(env)]);
}

/** As Node finds packages: in the folder and in those above it. */
function programFolders(folder: string): string[] {
  const above = path.dirname(folder);
  return [path.join(folder, PROGRAMS), ...(above === folder ? [] : programFolders(above))];
}
