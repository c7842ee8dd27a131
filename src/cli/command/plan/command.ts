import type { CommandDefinition } from '../../frame/definition.ts';
import { CLOUDFLARE, CONNECTION, NAMESPACE, outputFlag } from '../../frame/flags.ts';

export const PLAN_COMMAND: CommandDefinition = {
  name: 'plan',
  summary: 'Shows which rules and DNS records would change if files were applied.',
  flags: [
    {
      name: 'filename',
      short: 'f',
      value: 'path',
      isRepeatable: true,
      meaning: 'File or folder of manifests, or - for standard input. Can be repeated.',
    },
    { name: 'recursive', short: 'R', meaning: 'Also read the folders within folders.' },
    {
      name: 'cluster-state',
      value: 'file',
      isRepeatable: true,
      meaning:
        'Compare with the objects in this file, from `kubectl get tunnels,services,namespaces,configmaps,accesspolicies -A -o yaml`, instead of a cluster. Neither a cluster nor Cloudflare is asked.',
    },
    {
      name: 'cluster-name',
      value: 'name',
      meaning: 'Name of the cluster in record marks. Default: as the Tunnels show it.',
    },
    {
      name: 'require-access',
      meaning: 'Fail if a route in the files has no Access, so that everybody could enter.',
    },
    ...CONNECTION,
    NAMESPACE,
    ...CLOUDFLARE,
    outputFlag(['table', 'json', 'yaml']),
  ],
  examples: [
    ['cftunnel plan -f examples/ -R', 'What would `kubectl apply -R -f examples/` change?'],
    ['kubectl kustomize . | cftunnel plan -f -', 'The same for what another tool renders.'],
    ['cftunnel plan -f app.yaml --cluster-state cluster.yaml', 'The same without a cluster, for CI.'],
  ],
  exitCodes: { 0: 'nothing would change', 1: 'failed, or something would be refused', 3: 'something would change' },
  load: () => import('./run.ts'),
};
