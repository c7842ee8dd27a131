import { parseSeconds } from '../../../core/duration.ts';
import type { CommandDefinition } from '../../frame/definition.ts';
import { CLOUDFLARE, CONNECTION } from '../../frame/flags.ts';

export const FROM = ['adyanth', 'strrl', 'external-dns', 'cloudflared'] as const;

export const MIGRATE_COMMAND: CommandDefinition = {
  name: 'migrate',
  summary: "Translates another tool's objects into ours, and hands its tunnels over without a lost request.",
  arguments: [
    {
      name: 'tool',
      meaning: 'The tool to migrate from. Without it: which ones are found.',
      isOptional: true,
      choices: FROM,
    },
  ],
  flags: [
    ...CONNECTION,
    { name: 'apply', meaning: 'Carry out the steps. Without it, nothing is changed.' },
    {
      name: 'credentials',
      value: 'secret',
      meaning: 'Secret with an API token in the namespace of each Tunnel. Default: the one that the tool uses.',
    },
    {
      name: 'timeout',
      value: 'duration',
      default: '10m',
      meaning: 'How long to wait for each step.',
      check: (value) => (parseSeconds(value) === undefined ? 'must be a duration such as 10m' : undefined),
    },
    ...CLOUDFLARE,
    {
      name: 'output',
      short: 'o',
      value: 'format',
      choices: ['yaml', 'json'],
      default: 'yaml',
      meaning: 'Output format. yaml can be applied: what is not an object is a comment.',
    },
  ],
  examples: [
    ['cftunnel migrate', 'Which tools have left something in the cluster.'],
    ['cftunnel migrate adyanth', 'What would become of the Tunnels and TunnelBindings, and in which steps.'],
    ['cftunnel migrate strrl --apply', 'Hands the tunnel of the Ingress controller over.'],
    [
      'cftunnel migrate cloudflared --credentials cloudflare',
      'The same for Deployments of cloudflared, with a token of yours.',
    ],
  ],
  exitCodes: { 1: 'failed, or something has to be solved first' },
  load: () => import('./run.ts'),
};
