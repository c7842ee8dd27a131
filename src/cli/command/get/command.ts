import type { CommandDefinition } from '../../frame/definition.ts';
import { ALL_NAMESPACES, CONNECTION, NAMESPACE, outputFlag } from '../../frame/flags.ts';

export const GET_COMMAND: CommandDefinition = {
  name: 'get',
  summary: 'Lists every requested hostname, what it leads to, and how it stands.',
  flags: [...CONNECTION, NAMESPACE, ALL_NAMESPACES, outputFlag()],
  examples: [
    ['cftunnel get', 'The hostnames of the current namespace.'],
    ['cftunnel get -A -o wide', 'All hostnames that you may see, each with its object and its message.'],
    [`cftunnel get -A -o json | jq -r '.items[] | select(.status != "True") | .hostname'`, 'What is not served.'],
  ],
  load: () => import('./run.ts'),
};
