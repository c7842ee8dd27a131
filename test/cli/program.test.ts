/** What holds for every command line: help, wrong usage, and a cluster that does not answer. */
import { describe, expect, it } from '@jest/globals';
import { COMMANDS as ALL } from '../../src/cli/commands.ts';
import { VERSION } from '../../src/version.ts';
import { runWith } from './a-cli.ts';

const COMMANDS = ALL.filter(({ isHidden }) => isHidden !== true);

const run = (...args: readonly string[]) => runWith({}, ...args);

describe('a command line that is wrong', () => {
  it.each([
    ['an unknown command', ['gett'], "cftunnel: unknown command 'gett', did you mean get? (see --help)\n"],
    ['an unknown flag', ['get', '--al'], "cftunnel: unknown option '--al' (see --help)\n"],
    [
      'an unknown format',
      ['get', '-o', 'xml'],
      "cftunnel: option '-o, --output <format>' argument 'xml' is invalid. Allowed choices are table, wide, json, yaml, name (see --help)\n",
    ],
    [
      'flags that exclude each other',
      ['get', '-A', '-n', 'shop'],
      'cftunnel: --all-namespaces and --namespace exclude each other: give one of them\n',
    ],
  ])('is answered in one line, and exits with 2: %s', async (_, args, err) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', err });
  });

  it('without a command gets the list of commands', async () => {
    const { code, out, err } = await run();

    expect({ code, out }).toEqual({ code: 2, out: '' });
    for (const { name } of COMMANDS) expect(err).toContain(`\n  ${name} `);
  });
});

describe('help', () => {
  it('lists every command', async () => {
    const { code, out, err } = await run('--help');

    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const { name } of COMMANDS) expect(out).toContain(`\n  ${name} `);
  });

  it.each([
    ['help', ['help']],
    ['no more than a flag', ['-h']],
  ])('lists them for %s too', async (_, args) => {
    expect(await run(...args)).toEqual(await run('--help'));
  });

  it.each([
    ['help get', ['help', 'get']],
    ['--help get', ['--help', 'get']],
  ])('on a command is given for %s too', async (_, args) => {
    expect(await run(...args)).toEqual(await run('get', '--help'));
  });

  it.each(COMMANDS)('on $name lists its flags, examples and exit codes', async ({ name, flags, examples }) => {
    const { code, out } = await run(name, '--help');

    expect(code).toBe(0);
    for (const flag of flags) expect(out).toContain(`--${flag.name}`);
    for (const [line] of examples) expect(out).toContain(`  ${line}\n`);
    expect(out).toMatch(/\nExit codes: 0 .+, 1 .+, 2 wrong usage/);
  });
});

it('--version prints the version alone', async () => {
  expect(await run('--version')).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
});

it('flags may come before the command', async () => {
  expect(await run('--client', 'version', '-o', 'json')).toEqual(await run('version', '--client', '-o', 'json'));
  expect(await run('-n', 'shop', 'get', '-A')).toEqual(await run('get', '-n', 'shop', '-A'));
});

it('a kubeconfig that does not exist is named, and exits with 1', async () => {
  const { code, err } = await run('get', '--kubeconfig', '/nowhere/config');

  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^cftunnel: .*\/nowhere\/config.*\n$/) });
});
