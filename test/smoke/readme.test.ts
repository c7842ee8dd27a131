/** A newcomer pastes the blocks of the README, one after the other. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cftunnelProblems } from '../support/docs/cftunnel.ts';
import { readPage } from '../support/docs/pages.ts';
import { type Terminal, openTerminal } from '../support/docs/terminal.ts';
import { describeWith } from '../support/programs.ts';
import { useWorld } from '../support/shared.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { gone, recordAt, remoteTunnels } from '../support/world-views.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';

const README = readPage('README.md');
const world = useWorld({ cluster: startClusterWithNode });

// Invariant 47.
describeWith('kubectl', 'the README', (kubectl) => {
  describeWith('curl', 'with its own commands', (curl) => {
    let terminal: Terminal;
    beforeAll(async () => {
      const variables = { CLOUDFLARE_API_TOKEN: world.cloudflare.token, HOST: 'app.example.com' };
      terminal = await openTerminal(world, [kubectl, curl], variables);
    });
    afterAll(() => terminal.close());

    it(
      `exposes a web server, shows it, and takes it away again${NEEDS_NODE}`,
      onNode(async () => {
        const [variables = '', create = '', visit = '', list = '', ...others] = blocksUnder('First exposure');
        const [leave = '', ...further] = blocksUnder('Leave');
        expect(variables.split('\n').every((line) => line.startsWith('export '))).toBe(true);
        expect([...others, ...further]).toEqual([]);

        expect(await terminal.paste(create)).toContain('service/web condition met');
        expect(await terminal.paste(visit)).toContain('Host: app.example.com');
        expect(await terminal.paste(list)).toMatch(/^default +home .*app\.example\.com/m);
        for (const command of pluginCommands()) expect(await terminal.paste(command)).toContain('app.example.com');

        await terminal.paste(leave);
        await gone(world, 'Tunnel', 'default/home');
        await gone(world, 'Service', 'default/web');
        expect(remoteTunnels(world)).toEqual([]);
        expect(recordAt(world, 'app.example.com')).toBeUndefined();
      }),
    );
  });
});

/** `kubectl cftunnel ...` in sentences. */
function pluginCommands(): readonly string[] {
  const commands = README.spans.map(({ text }) => text).filter((text) => text.startsWith('kubectl cftunnel '));
  expect(commands).not.toEqual([]);
  return commands.filter((command) => cftunnelProblems(command.split(' ').slice(2)).length === 0);
}

function blocksUnder(heading: string): readonly string[] {
  const blocks = README.blocks.filter((block) => block.heading === heading && block.language === 'sh');
  return blocks.map(({ text }) => text);
}
