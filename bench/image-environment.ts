import { readFileSync } from 'node:fs';
import path from 'node:path';

const DOCKERFILE = path.resolve(import.meta.dirname, '../Dockerfile');

/** The environment that the image gives to the operator, so that what is measured is what is shipped. */
export function imageEnvironment(): Readonly<Record<string, string>> {
  return parseEnvironment(readFileSync(DOCKERFILE, 'utf8'));
}

/** The variables of a Dockerfile's `ENV` instructions, each instruction on one line. */
export function parseEnvironment(dockerfile: string): Readonly<Record<string, string>> {
  const instructions = dockerfile.split('\n').filter((line) => line.startsWith('ENV '));
  const pairs = instructions.flatMap((line) => [...line.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)]);
  return Object.fromEntries(pairs.map(([, name, quoted, plain]) => [name, quoted ?? plain ?? '']));
}
