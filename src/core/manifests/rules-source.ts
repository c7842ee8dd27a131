import { CONFIG_PATH, CREDENTIALS_PATH } from '../ingress/rule.ts';
import type { ConfigMode } from '../model/tunnel-settings.ts';

/** How connectors are given their rules and credentials. */
export interface RulesSource {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where the ConfigMap is mounted besides the folder of the certificates. */
  readonly mounts: readonly string[];
  readonly configMap: { readonly optional?: true };
  /** Path of the file with the credentials, named like its key in the Secret. */
  readonly credential: string;
}

const TOKEN_PATH = '/etc/cloudflared/credentials/token';

export const RULES_SOURCES: Readonly<Record<ConfigMode, RulesSource>> = {
  Local: {
    args: ['tunnel', '--config', CONFIG_PATH, 'run'],
    env: {},
    mounts: [],
    configMap: {},
    credential: CREDENTIALS_PATH,
  },
  /**
   * The token is all that a connector needs. If the ConfigMap is there, cloudflared finds the last good rules in one of
   * its default folders and serves them from the first request on, until Cloudflare has sent it the current ones.
   */
  Remote: {
    args: ['tunnel', 'run'],
    env: { TUNNEL_TOKEN_FILE: TOKEN_PATH },
    mounts: ['/usr/local/etc/cloudflared'],
    configMap: { optional: true },
    credential: TOKEN_PATH,
  },
};
