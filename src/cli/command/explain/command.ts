import type { CommandDefinition } from '../../frame/definition.ts';
import { CLOUDFLARE, CONNECTION, NAMESPACE, outputFlag } from '../../frame/flags.ts';

export const EXPLAIN_COMMAND: CommandDefinition = {
  name: 'explain',
  summary: 'Explains a hostname: who has it, which rule and record lead to it, and why not.',
  arguments: [{ name: 'host', meaning: 'Hostname, with or without a path, or a URL.' }],
  flags: [
    {
      name: 'cluster-name',
      value: 'name',
      meaning: 'Name of the cluster in record marks. Default: as the Tunnels show it.',
    },
    ...CONNECTION,
    NAMESPACE,
    ...CLOUDFLARE,
    outputFlag(['table', 'json', 'yaml']),
  ],
  examples: [
    ['cftunnel explain app.example.com', 'Everything that decides about a hostname.'],
    ['cftunnel explain https://app.example.com/api/users', 'Which of its rules answers a path.'],
  ],
  exitCodes: { 1: 'failed, or nothing serves the hostname' },
  load: () => import('./run.ts'),
};
