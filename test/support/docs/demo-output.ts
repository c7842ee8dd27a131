/** What `npm run demo` can print, as its source says it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './pages.ts';

/** Texts that fit every line would prove nothing. */
const MIN_LENGTH = 12;

/** Lines that the demo never prints. Numbers of steps and marks are not compared. */
export function foreignLines(output: string): readonly string[] {
  const printed = textsIn(readDemo());
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .filter((line) => !printed.some((text) => text.test(line.replace(/^\s*(?:\d+\. |ok {2})?/, ''))));
}

function readDemo(): string {
  const folder = join(ROOT, 'demo');
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}

/** The string literals, with anything for the values that they include. */
function textsIn(source: string): readonly RegExp[] {
  const literals = [...source.matchAll(/'([^'\n]+)'|`([^`]+)`/g)].map(([, plain, template]) => plain ?? template ?? '');
  return literals
    .filter((text) => text.replaceAll(/\$\{[^}]*\}/g, '').trim().length >= MIN_LENGTH)
    .map(
      (text) =>
        new RegExp(
          `^${text
            .split(/\$\{[^}]*\}/)
            .map(escaped)
            .join('.+')}$`,
        ),
    );
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
