/** The Markdown pages of the repository: their code, headings and links. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

export interface Page {
  /** Relative to the repository, as in `docs/uninstall.md`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Code within sentences and tables. */
  readonly spans: readonly Span[];
  /** Targets of links and images, as written. */
  readonly links: readonly string[];
  /** The fragments under which a browser finds the headings. */
  readonly anchors: ReadonlySet<string>;
}

export interface Span {
  readonly text: string;
  readonly line: number;
}

/** A fenced block. `line` is that of its first line of code. */
export interface Block extends Span {
  readonly language: string;
  /** The heading above it. */
  readonly heading: string;
}

export const ROOT = join(import.meta.dirname, '..', '..', '..');

const SINGLE_PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'packages/sandbox/README.md'];
const FOLDERS = ['docs', 'examples', 'deploy'];

/** README and CONTRIBUTING, and everything below docs, examples and deploy. */
export function readPages(): readonly Page[] {
  return [...SINGLE_PAGES, ...FOLDERS.flatMap(pagesBelow)].map(readPage);
}

export function readPage(path: string): Page {
  return parsePage(path, readFileSync(join(ROOT, path), 'utf8'));
}

function pagesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => posix.join(folder, ...file.split(sep)))
    .toSorted();
}

export function parsePage(path: string, text: string): Page {
  const { blocks, prose } = splitBlocks(text);
  const lines = prose.split('\n');
  const withoutCode = prose.replaceAll(/`[^`\n]*`/g, '``');
  return {
    path,
    text,
    blocks,
    spans: lines.flatMap((line, index) =>
      [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => ({
        text: line.startsWith('|') ? code.replaceAll(String.raw`\|`, '|') : code,
        line: index + 1,
      })),
    ),
    links: [...withoutCode.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
    anchors: anchorsOf(lines),
  };
}

/** Takes fenced blocks out, and leaves empty lines in their place. */
function splitBlocks(text: string): { readonly blocks: readonly Block[]; readonly prose: string } {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open: { readonly fence: string; readonly language: string; readonly line: number; code: string[] } | undefined;
  let heading = '';
  for (const [index, line] of text.split('\n').entries()) {
    const [, fence = '', language = ''] = /^ *(`{3,})(\w*)/.exec(line) ?? [];
    if (open === undefined) {
      prose.push(fence === '' ? line : '');
      if (fence !== '') open = { fence, language, line: index + 2, code: [] };
      else heading = /^#+ (.+)$/.exec(line)?.[1] ?? heading;
      continue;
    }
    prose.push('');
    if (fence === open.fence) {
      blocks.push({ language: open.language, line: open.line, heading, text: open.code.join('\n') });
      open = undefined;
    } else open.code.push(line);
  }
  return { blocks, prose: prose.join('\n') };
}

/** As GitHub makes them: lower case, without punctuation, numbered if they repeat. */
function anchorsOf(lines: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const line of lines) {
    const [, title] = /^#+ (.+?) *$/.exec(line) ?? [];
    if (title === undefined) continue;
    const anchor = slug(title);
    let number = 0;
    while (anchors.has(number === 0 ? anchor : `${anchor}-${number}`)) number += 1;
    anchors.add(number === 0 ? anchor : `${anchor}-${number}`);
  }
  for (const [, id = ''] of lines.join('\n').matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

function slug(title: string): string {
  const plain = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return plain
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-');
}
