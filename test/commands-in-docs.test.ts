/** Every command, manifest and link in the pages refers to something that exists. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from 'cftunnel-sandbox/kubernetes/server';
import { Client } from 'cftunnel-sandbox/testing/kubernetes-client';
import { DEFINITIONS } from 'cftunnel-sandbox/testing/objects';
import { definitions } from './support/definitions.ts';
import { parseArguments, valuesOf } from './support/docs/arguments.ts';
import { foreignLines } from './support/docs/demo-output.ts';
import { readDiscovery } from './support/docs/discovery.ts';
import { deadLinks } from './support/docs/links.ts';
import { type Resources, patchProblems, yamlProblems } from './support/docs/manifests-in-pages.ts';
import { type Page, readPage, readPages } from './support/docs/pages.ts';
import { commandProblems, isCommand, isPlugin } from './support/docs/programs.ts';
import { flagProblems } from './support/docs/real-program.ts';
import { type ShellCommand, commandsIn } from './support/docs/shell.ts';
import { NEEDS_GATEWAY_API, gatewayApiDefinitions } from './support/gateway-api.ts';
import { describeWith } from './support/programs.ts';

const PAGES = readPages();
const COMMANDS = PAGES.flatMap(commandsOf);

let sandbox: KubernetesSandbox;
let client: Client;
let resources: Resources;
let kinds: ReadonlySet<string>;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
  for (const definition of definitions()) await client.post(DEFINITIONS, { ...definition });
  const gatewayApi = gatewayApiDefinitions();
  for (const definition of gatewayApi) await client.post(DEFINITIONS, definition);
  ({ resources, kinds } = await readDiscovery(client));
  if (gatewayApi.length === 0) kinds = new Set([...kinds, 'gatewayclass', 'gateway', 'httproute']);
});
afterAll(() => sandbox.stop());

// Invariant 47.
describe('a page', () => {
  it.each(PAGES)('has only links that lead somewhere: $path', (page) => {
    expect(deadLinks(page)).toEqual([]);
  });

  it.each(PAGES.filter((page) => yamlOf(page).length > 0))('has valid manifests: $path', async (page) => {
    const problems = await Promise.all(yamlOf(page).map((text) => yamlProblems(text, client, resources)));

    expect(problems.flat()).toEqual([]);
  });

  it('names the language of each block', () => {
    const unnamed = PAGES.flatMap(({ path, blocks }) =>
      blocks.filter(({ language }) => language === '').map(({ line }) => `${path}:${line}`),
    );

    expect(unnamed).toEqual([]);
  });
});

it('the README quotes lines that the demo prints', () => {
  const quoted = readPage('README.md').blocks.filter(({ language }) => language === 'text');

  expect(quoted).not.toEqual([]);
  expect(quoted.flatMap(({ text }) => foreignLines(text))).toEqual([]);
});

describe('a command', () => {
  it.each(COMMANDS)('refers to what exists: $place: $text', ({ command }) => {
    expect(commandProblems(command, kinds)).toEqual([]);
  });

  it.each(COMMANDS.filter(({ command }) => patchOf(command) !== undefined))(
    'patches a Tunnel with what it can have: $place: $text',
    async ({ command }) => {
      expect(await patchProblems(patchOf(command) ?? '', client, resources)).toEqual([]);
    },
  );
});

for (const program of ['kubectl', 'helm']) {
  describeWith(program, `the real ${program}`, (path) => {
    it.concurrent.each(commandsOfProgram(program))('knows the command and its flags: %s', async (_text, words) => {
      expect(await flagProblems(path, words)).toEqual([]);
    });
  });
}

interface PlacedCommand {
  readonly place: string;
  readonly text: string;
  readonly command: ShellCommand;
}

/** The commands in blocks, and in the sentences and tables of a page. */
function commandsOf({ path, blocks, spans }: Page): readonly PlacedCommand[] {
  const shell = blocks.filter(({ language }) => ['sh', 'bash', 'shell', 'console'].includes(language));
  return [...shell, ...spans.filter(({ text }) => isCommand(text))].flatMap(({ text, line }) =>
    commandsIn(text).map((command) => ({ place: `${path}:${line}`, text: command.words.join(' '), command })),
  );
}

/** YAML blocks, and what commands read from here-documents. Those of the Gateway API need its definitions. */
function yamlOf(page: Page): readonly string[] {
  const written = page.blocks.filter(({ language }) => language === 'yaml').map(({ text }) => text);
  const texts = [...written, ...commandsOf(page).flatMap(({ command }) => command.input ?? [])];
  return NEEDS_GATEWAY_API === '' ? texts : texts.filter((text) => !text.includes('gateway.networking.k8s.io'));
}

/** The merge patch of a Tunnel that a command makes. */
function patchOf({ words }: ShellCommand): string | undefined {
  const given = parseArguments(words);
  const isOfTunnel = given.positional[1] === 'patch' && ['tunnel', 'cft'].includes(given.positional[2] ?? '');
  return isOfTunnel ? valuesOf(given, '-p')[0] : undefined;
}

/** The commands of a real program with different flags or verbs, without those that a plugin handles. */
function commandsOfProgram(program: string): readonly (readonly [string, readonly string[]])[] {
  const own = COMMANDS.filter(({ command }) => command.words[0] === program && !isPlugin(command.words[1]));
  return [
    ...new Map(own.map(({ text, command }) => [shapeOf(command), [text, command.words.slice(1)] as const])).values(),
  ];
}

/** Its first three words, which may be a command and its subcommands, and its flags. */
function shapeOf({ words }: ShellCommand): string {
  const { positional, flags } = parseArguments(words);
  return [...positional.slice(0, 3), ...flags.keys()].join(' ');
}
