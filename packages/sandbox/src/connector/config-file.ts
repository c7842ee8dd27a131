import { load } from 'js-yaml';
import { EarlyExit } from './early-exit.ts';
import type { Files } from './files.ts';
import { GoDecoder } from './go-decoding.ts';
import { decodeIngress } from './ingress-document.ts';

/** The configuration file of a process. */
export interface ConfigFile {
  /** Undefined if there is no file. */
  readonly yaml: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Where a configuration file is looked for if none is named. */
export const STANDARD_CONFIGS = [
  '/home/nonroot/.cloudflared',
  '/etc/cloudflared',
  '/usr/local/etc/cloudflared',
].flatMap((folder) => [`${folder}/config.yml`, `${folder}/config.yaml`]);

/**
 * Reads the specified file, which must exist, or the first existing one in the default locations. Throws `EarlyExit`
 * for a value of the wrong type. Does not validate the rules.
 */
export function readConfigFile(named: string | undefined, files: Files): ConfigFile {
  const path = named ?? STANDARD_CONFIGS.find((candidate) => files.has(candidate));
  if (path === undefined) return { yaml: undefined, values: {} };
  const yaml = files.get(path);
  if (yaml === undefined) throw new EarlyExit(1, `open ${path}: no such file or directory`);
  try {
    return { yaml, values: decode(yaml) };
  } catch (error) {
    throw new EarlyExit(1, `error parsing YAML in config file at ${path}: ${(error as Error).message}`);
  }
}

function decode(yaml: string): Record<string, unknown> {
  const config = load(yaml) ?? {};
  decodeIngress(config, new GoDecoder('yaml'));
  return { ...config };
}
