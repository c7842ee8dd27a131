/** Reads a Dockerfile. It knows the instructions that ours uses, and throws at any other. */

export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly kind: 'workdir'; readonly folder: string }
  | {
      readonly kind: 'copy';
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly to: string;
    }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'env'; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'entrypoint'; readonly command: readonly string[] }
  /** Changes no file and no process. */
  | { readonly kind: 'note' };

export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { base: string; name: string | undefined; steps: Step[] }[] = [];
  for (const [keyword, rest] of instructionsIn(text)) {
    const [, base, name] = /^(?:--platform=\S+ )?(\S+)(?: AS (\S+))?$/.exec(keyword === 'FROM' ? rest : '') ?? [];
    if (base !== undefined) stages.push({ base, name, steps: [] });
    else stages.at(-1)?.steps.push(parseStep(keyword, rest));
  }
  return stages;
}

/** Without comments, and with continued lines joined. */
function instructionsIn(text: string): readonly (readonly [string, string])[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => [line.split(' ')[0] ?? '', line.replace(/^\S+\s+/, '')]);
}

function parseStep(keyword: string, rest: string): Step {
  switch (keyword) {
    case 'WORKDIR':
      return { kind: 'workdir', folder: rest };
    case 'COPY':
      return parseCopy(rest);
    case 'RUN':
      return { kind: 'run', command: rest };
    case 'ENV':
      return { kind: 'env', variables: parseVariables(rest) };
    case 'USER':
      return { kind: 'user', user: rest };
    case 'ENTRYPOINT':
      return { kind: 'entrypoint', command: JSON.parse(rest) as readonly string[] };
    case 'ARG':
    case 'LABEL':
    case 'EXPOSE':
      return { kind: 'note' };
    default:
      throw new Error(`the instruction ${keyword} is not understood`);
  }
}

function parseCopy(rest: string): Step {
  const words = rest.split(/\s+/);
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  const paths = words.filter((word) => !word.startsWith('--'));
  return { kind: 'copy', from, sources: paths.slice(0, -1), to: paths.at(-1) ?? '' };
}

function parseVariables(rest: string): Readonly<Record<string, string>> {
  const pairs = rest.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g);
  return Object.fromEntries([...pairs].map(([, name, quoted, plain]) => [name, quoted ?? plain ?? '']));
}
