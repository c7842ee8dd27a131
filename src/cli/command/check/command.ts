import type { CommandDefinition } from '../../frame/definition.ts';
import { ALL_NAMESPACES, CLOUDFLARE, CONNECTION, NAMESPACE, outputFlag } from '../../frame/flags.ts';

export const CHECK_COMMAND: CommandDefinition = {
  name: 'check',
  summary: 'Checks cluster, operator, rights, Tunnels and tokens, and says what to do about what is wrong.',
  flags: [...CONNECTION, NAMESPACE, ALL_NAMESPACES, ...CLOUDFLARE, outputFlag(['table', 'json', 'yaml'])],
  examples: [
    ['cftunnel check', 'Everything that concerns the current namespace.'],
    ['cftunnel check -A', 'The Tunnels of all namespaces, each with its token.'],
  ],
  exitCodes: { 0: 'nothing is wrong', 1: 'something is wrong' },
  load: () => import('./run.ts'),
};
