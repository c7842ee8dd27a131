/** Carries out the steps of a Dockerfile in a folder, without Docker. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { type Stage, type Step, parseDockerfile } from './dockerfile.ts';

export interface BuiltImage {
  /** What the image adds to its base. */
  readonly root: string;
  readonly base: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
}

/** A command that downloads is replaced: what it would download is installed already. */
const INSTALLS = /^npm ci\b/;

/** `context`: the folder that `docker build` is given. `scratch`: where the stages are made. */
export function buildImage(context: string, scratch: string): BuiltImage {
  const roots = new Map<string, string>();
  let root = '';
  const stages = parseDockerfile(readFileSync(path.join(context, 'Dockerfile'), 'utf8'));
  for (const stage of stages) {
    root = mkdtempSync(path.join(scratch, 'stage-'));
    chmodSync(root, 0o755);
    buildStage(stage, { root, context, roots });
    if (stage.name !== undefined) roots.set(stage.name, root);
  }
  const last = stages.at(-1);
  if (last === undefined) throw new Error('the Dockerfile has no stage');
  const only = <K extends Step['kind']>(kind: K): readonly Extract<Step, { kind: K }>[] =>
    last.steps.filter((step): step is Extract<Step, { kind: K }> => step.kind === kind);
  return {
    root,
    base: last.base,
    environment: Object.assign({}, ...only('env').map(({ variables }) => variables)) as Record<string, string>,
    user: only('user').at(-1)?.user ?? '',
    command: only('entrypoint').at(-1)?.command ?? [],
  };
}

interface Place {
  readonly root: string;
  readonly context: string;
  /** Of the stages before, by name. */
  readonly roots: ReadonlyMap<string, string>;
}

function buildStage({ steps }: Stage, place: Place): void {
  let folder = '/';
  for (const step of steps) {
    if (step.kind === 'workdir') folder = path.posix.resolve(folder, step.folder);
    const here = path.join(place.root, folder);
    mkdirSync(here, { recursive: true });
    if (step.kind === 'copy') copy(step, place, folder);
    if (step.kind === 'run') run(step.command, here, place.context);
  }
}

function copy(
  { from, sources, to }: Extract<Step, { kind: 'copy' }>,
  { root, context, roots }: Place,
  folder: string,
): void {
  const origin = from === undefined ? context : (roots.get(from) ?? `no stage is named ${from}`);
  const ignored = from === undefined ? ignoredIn(context) : () => false;
  const target = path.join(root, path.posix.resolve(folder, to));
  for (const source of sources) {
    const file = path.join(origin, source);
    const into = to.endsWith('/') && statSync(file).isFile() ? path.join(target, path.basename(source)) : target;
    cpSync(file, into, { recursive: true, filter: (entry) => !ignored(path.relative(context, entry)) });
  }
}

/** By .dockerignore, whose entries are names at the top, or `*` with the end of a name. */
function ignoredIn(context: string): (entry: string) => boolean {
  const entries = readFileSync(path.join(context, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
  return (entry) => entries.some((name) => (name.startsWith('*') ? entry.endsWith(name.slice(1)) : entry === name));
}

function run(command: string, folder: string, context: string): void {
  if (INSTALLS.test(command)) symlinkSync(path.join(context, 'node_modules'), path.join(folder, 'node_modules'));
  else execFileSync('sh', ['-c', command], { cwd: folder, stdio: 'pipe' });
}
