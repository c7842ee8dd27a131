import type { CommandDefinition } from '../../frame/definition.ts';
import { CLOUDFLARE, CONNECTION, NAMESPACE } from '../../frame/flags.ts';

export const ADOPT_COMMAND: CommandDefinition = {
  name: 'adopt',
  summary: 'Prints the Tunnel for a tunnel that exists at Cloudflare, and says what becomes of its rules.',
  arguments: [{ name: 'tunnel', meaning: 'Id or name of the tunnel at Cloudflare.' }],
  flags: [
    {
      name: 'secret',
      value: 'name',
      default: 'cloudflare',
      meaning: 'Secret with the API token, in the namespace of the Tunnel.',
    },
    { name: 'name', value: 'name', meaning: 'Name of the Tunnel. Default: from the name of the tunnel.' },
    {
      name: 'account-id',
      value: 'id',
      meaning: 'Account of the tunnel. Default: as the Secret or the token tells it.',
    },
    { name: 'apply', meaning: 'Create the Tunnel instead of printing it.' },
    ...CONNECTION,
    NAMESPACE,
    ...CLOUDFLARE,
  ],
  examples: [
    ['cftunnel adopt my-tunnel --secret cloudflare > tunnel.yaml', 'Print the object, and read the notes.'],
    ['cftunnel adopt my-tunnel --secret cloudflare --apply', 'Create it.'],
  ],
  load: () => import('./run.ts'),
};
