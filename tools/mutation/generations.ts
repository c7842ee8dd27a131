/**
 * Loads a test file together with modules of its own, as jest does: each load is a generation, and modules of one
 * generation import only modules of the same. The files themselves are never changed; mutants exist in memory only.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Suite } from './suite.ts';
import { withoutTypes } from './syntax.ts';

/** Mocked modules by specifier. */
type Mocks = Map<string, Readonly<Record<string, unknown>>>;

export interface Generation {
  readonly suite: Suite;
  readonly mocks: Mocks;
}

const OWN_FOLDER = new URL('.', import.meta.url).href;
const JEST_GLOBALS = new URL('jest-globals.ts', import.meta.url).href;
const generations = new Map<string, Generation>();
const codes = new Map<string, string>();
let last = 0;

/** How many generations this process has loaded. Their modules stay in its memory. */
export function generationCount(): number {
  return last;
}

export async function loadTests(path: string): Promise<Suite> {
  last += 1;
  const generation = { suite: new Suite(), mocks: new Map() };
  generations.set(String(last), generation);
  await import(`${pathToFileURL(path).href}?generation=${last}`);
  return generation.suite;
}

/** The generation of a module, by its URL. */
export function generationOf(url: string | undefined): Generation | undefined {
  return generations.get(numberOf(url) ?? '');
}

/** Has every later import go through `toCode`, for the files it concerns. */
export function hookImports(toCode: (path: string, source: string) => string | undefined): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const number = numberOf(context.parentURL);
      if (number === undefined) return next(specifier, context);
      const suffix = `?generation=${number}`;
      if (specifier === '@jest/globals') return { url: JEST_GLOBALS + suffix, format: 'module', shortCircuit: true };
      const isMocked = generationOf(context.parentURL)?.mocks.has(specifier);
      if (isMocked) return { url: `mock:${specifier}${suffix}`, format: 'module', shortCircuit: true };
      const resolved = next(specifier, context);
      return isOfProject(resolved.url) ? { ...resolved, url: resolved.url + suffix } : resolved;
    },
    load: (url, context, next) => {
      if (numberOf(url) === undefined) return next(url, context);
      const source = url.startsWith('mock:') ? mockedModule(url) : codeOf(fileURLToPath(url), toCode);
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

function numberOf(url: string | undefined): string | undefined {
  return /\?generation=(\d+)$/.exec(url ?? '')?.[1];
}

/** Whether a module belongs to the tests or to what they test, rather than to a package or to this tool. */
function isOfProject(url: string): boolean {
  return (
    url.startsWith('file:') && url.endsWith('.ts') && !url.includes('/node_modules/') && !url.startsWith(OWN_FOLDER)
  );
}

function codeOf(path: string, toCode: (path: string, source: string) => string | undefined): string {
  const known = codes.get(path);
  if (known !== undefined) return known;
  const source = readFileSync(path, 'utf8');
  const code = toCode(path, source) ?? withoutTypes(source);
  codes.set(path, code);
  return code;
}

/** A module with the exports of a mock. */
function mockedModule(url: string): string {
  const specifier = url.slice('mock:'.length).replace(/\?generation=\d+$/, '');
  const names = Object.keys(generationOf(url)?.mocks.get(specifier) ?? {});
  return [
    `import { generationOf } from '${new URL('generations.ts', import.meta.url).href}';`,
    `const exports = generationOf(import.meta.url).mocks.get('${specifier}');`,
    `export const { ${names.join(', ')} } = exports;`,
  ].join('\n');
}
