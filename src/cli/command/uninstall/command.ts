import type { CommandDefinition } from '../../frame/definition.ts';
import { CONNECTION, WAIT, namespaceProblem } from '../../frame/flags.ts';

export const UNINSTALL_COMMAND: CommandDefinition = {
  name: 'uninstall',
  summary: 'Deletes every Tunnel, waits until the operator has cleaned up, and says how to remove the operator.',
  flags: [
    { name: 'yes', meaning: 'Do it. Without this flag, the command only says what it would do.' },
    {
      name: 'keep-tunnels',
      meaning: 'Keep sites up: connectors, tunnels and records keep working without the operator.',
    },
    {
      name: 'namespace',
      short: 'n',
      value: 'name',
      meaning: 'Only the Tunnels of this namespace, for an operator that watches no other. Default: all.',
      check: namespaceProblem,
    },
    ...CONNECTION,
    ...WAIT.filter(({ name }) => name === 'timeout'),
  ],
  examples: [
    ['cftunnel uninstall', 'What would happen to each Tunnel?'],
    ['cftunnel uninstall --yes', 'Remove everything at Cloudflare and in the cluster but the operator itself.'],
    ['cftunnel uninstall --yes --keep-tunnels', 'Leave without an outage.'],
  ],
  exitCodes: { 1: 'failed, not finished in time, or --yes is missing' },
  load: () => import('./run.ts'),
};
