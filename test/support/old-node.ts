/** A Node that is too old for this project, such as the one of the system, to see what people with one get. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe } from '@jest/globals';
import { pathFolders } from 'cftunnel-sandbox/connector/find-executable';

const NEEDED = 24;

const old = pathFolders(process.env)
  .map((folder) => path.join(folder, 'node'))
  .filter((file) => existsSync(file))
  .find((file) => majorOf(file) < NEEDED);

/** Groups tests that need one on the PATH. Without it they are left out, and the title says so. */
export function describeWithOldNode(title: string, body: (node: string) => void): void {
  const group = old === undefined ? describe.skip : describe;
  group(`${title}${old === undefined ? ` (left out: needs a Node before ${NEEDED} on the PATH)` : ''}`, () => {
    body(old ?? 'node');
  });
}

function majorOf(node: string): number {
  return Number.parseInt(execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }), 10);
}
