/** The two programs of the upstream module: the suite, and the server that its images contain. Go keeps what it built. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const MODULE = import.meta.dirname;
const TARGET = resolve('node_modules/.programs');

export interface Programs {
  readonly suite: string;
  readonly echo: string;
  /** Folder with the definitions of the standard channel. */
  readonly definitions: string;
}

/** Builds both with the versions of `go.mod`. */
export function buildPrograms(): Programs {
  mkdirSync(TARGET, { recursive: true });
  const [suite, echo] = [join(TARGET, 'gateway-conformance'), join(TARGET, 'echo-basic')];
  go('test', '-c', '-o', suite, '.');
  go('build', '-o', echo, 'sigs.k8s.io/gateway-api/conformance/echo-basic');
  const folder = go('list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/gateway-api').trim();
  return { suite, echo, definitions: join(folder, 'config', 'crd', 'standard') };
}

function go(...args: readonly string[]): string {
  return execFileSync('go', args, { cwd: MODULE, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
