import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const MODULE = pathToFileURL(join(import.meta.dirname, '../../../src/adapters/telemetry/logger.ts')).href;

/** Runs statements with a `log` in another process, and returns its output. */
function run(level: string, style: string, statements: string) {
  const script = `import { createAppLogger } from '${MODULE}'; const log = createAppLogger('${level}', '${style}'); ${statements}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return { stdout, lines: stderr.trimEnd().split('\n') };
}

const ALL_LEVELS = `log.debug('d'); log.info('i'); log.warn('w'); log.error('e');`;

describe('the log', () => {
  it('is one line of JSON per entry, on stderr: level, time, message, fields', () => {
    const { stdout, lines } = run(
      'debug',
      'json',
      `${ALL_LEVELS} log.info('The pass ended', { key: 'default/home', ms: 12, error: 'two\\nlines' });`,
    );

    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(stdout).toBe('');
    expect(entries.map(({ level, message }) => `${String(level)} ${String(message)}`)).toEqual([
      'debug d',
      'info i',
      'warn w',
      'error e',
      'info The pass ended',
    ]);
    expect(entries[4]).toEqual({
      level: 'info',
      message: 'The pass ended',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      key: 'default/home',
      ms: 12,
      error: 'two\nlines',
    });
  });

  it('omits entries below its level', () => {
    const { lines } = run('warn', 'json', ALL_LEVELS);

    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['w', 'e']);
  });

  it('can be human-readable', () => {
    const { lines } = run('info', 'pretty', `log.warn('Reconciling failed', { key: 'default/home', list: [1] });`);

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\S+Z WARN {2}Reconciling failed key=default\/home list=\[1\]$/);
  });
});
