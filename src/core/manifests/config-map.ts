import { CONFIG_HASH_ANNOTATION } from '../../api/names.ts';
import type { ConfigMap, Tunnel } from '../../api/objects.ts';
import type { CaFiles } from '../ca-pool/files.ts';
import { CONFIG_KEY, LEDGER_KEY } from '../ingress/ledger.ts';
import { ownedMetadata, ownedNames } from './owned.ts';

/** The published rules: `config.yaml` and certificates for cloudflared, `routes.json` for ourselves. */
export interface PublishedRules {
  readonly config: string;
  readonly ledger: string;
  readonly caFiles: CaFiles;
  /** Hash of `config`: the pods that carry it run exactly these rules. */
  readonly hash: string;
}

export function configMapFor(tunnel: Tunnel, rules: PublishedRules): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).workload, { [CONFIG_HASH_ANNOTATION]: rules.hash }),
    data: { [CONFIG_KEY]: rules.config, [LEDGER_KEY]: rules.ledger, ...rules.caFiles },
  };
}
