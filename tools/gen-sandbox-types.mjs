// Writes the declarations of the sandbox package: those that sandbox/sandbox.ts shows, and none of what is behind it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const TSC = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

/** An import of a neighbour, which the compiler leaves as it is in the source. */
const NEIGHBOUR = /(from |import\()'(\.[^']*)\.ts'/g;

const target = path.resolve(process.argv[2] ?? path.join(ROOT, 'dist/types'));
const emitted = mkdtempSync(path.join(tmpdir(), 'cftunnel-types-'));
try {
  execFileSync(process.execPath, [TSC, '-p', path.join(ROOT, 'tsconfig.sandbox.json'), '--outDir', emitted]);
  rmSync(target, { recursive: true, force: true });
  copyWithNeighbours('sandbox');
} finally {
  rmSync(emitted, { recursive: true });
}

/** Packages name their files by what Node runs: a neighbour is a `.js` there, with its `.d.ts` beside it. */
function copyWithNeighbours(entry) {
  const reached = new Set([entry]);
  for (const name of reached) {
    const text = readFileSync(path.join(emitted, `${name}.d.ts`), 'utf8');
    for (const [, , neighbour] of text.matchAll(NEIGHBOUR)) reached.add(path.join(path.dirname(name), neighbour));
    const file = path.join(target, `${name}.d.ts`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text.replace(NEIGHBOUR, "$1'$2.js'"));
  }
}
