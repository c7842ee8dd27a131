/** Flags that several commands share. */
import { parseSeconds } from '../../core/duration.ts';
import type { FlagDefinition, Given } from './definition.ts';
import type { Io } from './io.ts';

export const OUTPUTS = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type OutputFormat = (typeof OUTPUTS)[number];

export const CONNECTION: readonly FlagDefinition[] = [
  { name: 'kubeconfig', value: 'file', meaning: 'Kubeconfig file. Default: KUBECONFIG, else ~/.kube/config.' },
  { name: 'context', value: 'name', meaning: 'Context of the kubeconfig. Default: its current one.' },
];

export const NAMESPACE: FlagDefinition = {
  name: 'namespace',
  short: 'n',
  value: 'name',
  meaning: 'Namespace. Default: the one of the context.',
  check: namespaceProblem,
};

/** An empty one is most likely a variable of the shell that is not set. */
export function namespaceProblem(value: string): string | undefined {
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(value) ? undefined : 'is not the name of a namespace';
}

export const ALL_NAMESPACES: FlagDefinition = {
  name: 'all-namespaces',
  short: 'A',
  meaning: 'All namespaces.',
};

export function outputFlag(formats: readonly OutputFormat[] = OUTPUTS): FlagDefinition {
  return { name: 'output', short: 'o', value: 'format', choices: formats, default: 'table', meaning: 'Output format.' };
}

const CLOUDFLARE_API = 'https://api.cloudflare.com/client/v4';

/** Flags of commands that read from Cloudflare, with the tokens of the Secrets that the user may read. */
export const CLOUDFLARE: readonly FlagDefinition[] = [
  {
    name: 'cloudflare-base-url',
    value: 'url',
    meaning: `The Cloudflare API. Default: CFTUNNEL_CLOUDFLARE_BASE_URL, else CLOUDFLARE_BASE_URL, else ${CLOUDFLARE_API}.`,
    check: (value) => (/^https?:\/\//.test(value) && URL.canParse(value) ? undefined : 'must be an http or https URL'),
  },
];

export function cloudflareUrl(given: Given, env: Io['env']): string {
  const named =
    given.text('cloudflare-base-url') ?? (env['CFTUNNEL_CLOUDFLARE_BASE_URL'] || env['CLOUDFLARE_BASE_URL']);
  return (named || CLOUDFLARE_API).replace(/\/$/, '');
}

export const WAIT: readonly FlagDefinition[] = [
  { name: 'wait', meaning: 'Wait until the operator has done it.' },
  {
    name: 'timeout',
    value: 'duration',
    default: '5m',
    meaning: 'How long to wait.',
    check: (value) => (parseSeconds(value) === undefined ? 'must be a duration such as 5m' : undefined),
  },
];
