/** Reads how a Deployment runs cloudflared: from which file, and with which token. */
import { LABEL_MANAGED_BY, MANAGED_BY } from '../../api/names.ts';
import type { ObjectKey } from '../../api/objects.ts';
import type { Container, EnvironmentVariable, Workload } from './facts.ts';
import { findFileIn } from './mounted-files.ts';
import type { FileSource, FindFile } from './takeover.ts';

/** A container that runs cloudflared. */
export interface Connector {
  readonly workload: Workload;
  /** Files in the pod that come from ConfigMaps and Secrets. */
  readonly findFile: FindFile;
  /** The configuration file, if a ConfigMap or Secret holds it. */
  readonly config: FileSource | undefined;
  /** Where the token of a tunnel is; absent: it uses a credentials file. */
  readonly token: TokenSource | undefined;
  /** The path of the tunnel's credentials, if the command line or the environment names it. */
  readonly credentialsFile: string | undefined;
  /** Secrets that the pod mounts. */
  readonly mountedSecrets: readonly ObjectKey[];
  /** The tunnel on the command line. */
  readonly tunnel: string | undefined;
  readonly protocol: string | undefined;
}

export type TokenSource =
  | { readonly value: string }
  | { readonly secret: ObjectKey; readonly key: string }
  /** A file that no Secret of the cluster provides, or a variable from elsewhere. */
  | { readonly unknown: true };

const IMAGE = /(?:^|\/)cloudflared(?:[:@]|$)/;

/** Where cloudflared looks for its configuration if none is named. */
const STANDARD_FILES = [
  '/home/nonroot/.cloudflared',
  '/root/.cloudflared',
  '/etc/cloudflared',
  '/usr/local/etc/cloudflared',
].flatMap((folder) => [`${folder}/config.yml`, `${folder}/config.yaml`]);

/** The connectors in a cluster that are not ours. */
export function connectorsIn(deployments: readonly Workload[]): readonly Connector[] {
  return deployments
    .filter(({ metadata }) => metadata.labels?.[LABEL_MANAGED_BY] !== MANAGED_BY)
    .flatMap((workload) => {
      const container = workload.spec.template.spec?.containers?.find(runsCloudflared);
      return container === undefined ? [] : [readConnector(workload, container)];
    });
}

function runsCloudflared({ image = '', command = [] }: Container): boolean {
  return IMAGE.test(image) || /(?:^|\/)cloudflared$/.test(command[0] ?? '');
}

function readConnector(workload: Workload, container: Container): Connector {
  const { flags, tunnel } = readArguments(container);
  const variable = (name: string): EnvironmentVariable | undefined => container.env?.find((one) => one.name === name);
  const findFile = findFileIn(workload, container);
  const named = flags.get('config');
  const paths = named === undefined ? STANDARD_FILES : [named];
  return {
    workload,
    findFile,
    config: paths.map(findFile).find((file) => file !== undefined),
    token: tokenOf(workload, { flags, variable, findFile }),
    credentialsFile: flags.get('credentials-file') ?? flags.get('cred-file') ?? variable('TUNNEL_CRED_FILE')?.value,
    mountedSecrets: secretsOf(workload),
    tunnel,
    protocol: flags.get('protocol') ?? variable('TUNNEL_TRANSPORT_PROTOCOL')?.value,
  };
}

function secretsOf({ metadata, spec }: Workload): readonly ObjectKey[] {
  const volumes = spec.template.spec?.volumes ?? [];
  return volumes.flatMap(({ secret }) =>
    secret?.secretName === undefined ? [] : [`${metadata.namespace}/${secret.secretName}`],
  );
}

interface Arguments {
  readonly flags: ReadonlyMap<string, string>;
  /** The argument of `run`. */
  readonly tunnel: string | undefined;
}

/** Flags that take no value. */
const SWITCHES = new Set([
  'no-autoupdate',
  'no-prechecks',
  'post-quantum',
  'pq',
  'force',
  'f',
  'management-diagnostics',
]);

function readArguments({ command = [], args = [] }: Container): Arguments {
  const flags = new Map<string, string>();
  const words: string[] = [];
  const all = [...command, ...args];
  for (let index = 0; index < all.length; index += 1) {
    const [, name, value] = /^--?([a-z][-a-z0-9]*)(?:=([\s\S]*))?$/.exec(all[index] ?? '') ?? [];
    if (name === undefined) words.push(all[index] ?? '');
    else if (value !== undefined) flags.set(name, value);
    else if (!SWITCHES.has(name)) flags.set(name, all[(index += 1)] ?? '');
  }
  const run = words.lastIndexOf('run');
  return { flags, tunnel: run === -1 ? undefined : words[run + 1] };
}

interface TokenFacts {
  readonly flags: ReadonlyMap<string, string>;
  readonly variable: (name: string) => EnvironmentVariable | undefined;
  readonly findFile: FindFile;
}

function tokenOf({ metadata }: Workload, { flags, variable, findFile }: TokenFacts): TokenSource | undefined {
  const argument = flags.get('token');
  const reference = /^\$\(([A-Za-z0-9_]+)\)$/.exec(argument ?? '')?.[1];
  if (argument !== undefined && reference === undefined) return { value: argument };
  const path = flags.get('token-file') ?? variable('TUNNEL_TOKEN_FILE')?.value;
  const source = variable(reference ?? 'TUNNEL_TOKEN');
  if (source === undefined) return path === undefined ? unknownIf(argument) : fileToken(findFile(path));
  if (source.value !== undefined) return { value: source.value };
  const { name, key } = source.valueFrom?.secretKeyRef ?? {};
  return name === undefined || key === undefined ? { unknown: true } : { secret: `${metadata.namespace}/${name}`, key };
}

function unknownIf(argument: string | undefined): TokenSource | undefined {
  return argument === undefined ? undefined : { unknown: true };
}

function fileToken(file: FileSource | undefined): TokenSource {
  return file?.kind === 'Secret' ? { secret: file.object, key: file.key } : { unknown: true };
}
