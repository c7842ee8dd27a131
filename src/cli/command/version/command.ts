import type { CommandDefinition } from '../../frame/definition.ts';
import { CONNECTION, outputFlag } from '../../frame/flags.ts';

export const VERSION_COMMAND: CommandDefinition = {
  name: 'version',
  summary: 'Shows the versions of this program, of the operator and of the API server.',
  flags: [
    ...CONNECTION,
    { name: 'client', meaning: 'Only the version of this program, without asking the cluster.' },
    outputFlag(['table', 'json', 'yaml']),
  ],
  examples: [['cftunnel version', 'All three versions.']],
  load: () => import('./run.ts'),
};
