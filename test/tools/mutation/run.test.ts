import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const SOURCE = `
export const LIMIT: number = 3;
export function countTo(limit: number): number {
  let count = 0;
  while (count < limit) count += 1;
  return count;
}
export async function isSmall(value: number): Promise<boolean> {
  return value < LIMIT || value === countTo(2);
}`;

const TESTS = `
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LIMIT, countTo, isSmall } from '../../src/core/count.ts';
describe('count', () => {
  beforeEach(() => { jest.useFakeTimers(); jest.useRealTimers(); });
  it.each([[1, 1], [LIMIT, 3]])('counts to %i', (limit, count) => { expect(countTo(limit)).toBe(count); });
  it('is small', async () => { expect(await isSmall(1)).toBe(true); });
});`;

const folder = mkdtempSync(join(tmpdir(), 'mutation-test-'));

beforeAll(() => {
  for (const [name, content] of [
    ['src', SOURCE],
    ['test', TESTS],
  ] as const) {
    mkdirSync(join(folder, name, 'core'), { recursive: true });
    writeFileSync(join(folder, name, 'core', name === 'src' ? 'count.ts' : 'count.test.ts'), content);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...flags: readonly string[]): Promise<{ readonly code: unknown; readonly output: string }> {
  const program = resolve('tools/mutation/main.ts');
  const args = ['--disable-warning=ExperimentalWarning', program, 'src/core', '--workers', '1', ...flags];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code, output };
}

it('prints the mutants that no test notices, and fails if there are too many', async () => {
  const { code, output } = await run('--at-least', '90');

  expect(output.split('\n').filter((line) => line.startsWith('src/'))).toEqual([
    'src/core/count.ts:9: value < LIMIT || value === countTo(2) -> value < LIMIT',
    'src/core/count.ts:9: value < LIMIT -> value <= LIMIT',
    'src/core/count.ts:9: value === countTo(2) -> value !== countTo(2) (no test executes it)',
  ]);
  expect(code).toBe(1);
  expect(readFileSync(join(folder, 'src/core/count.ts'), 'utf8')).toBe(SOURCE);
});

it('tries only a sample if requested, the same one for the same seed', async () => {
  const [first, second] = [
    await run('--sample', '4', '--at-least', '0'),
    await run('--sample', '4', '--at-least', '0'),
  ];

  expect(first.output).toContain('of 4 mutants');
  expect(second).toEqual({ code: 0, output: first.output });
});
