import { CONFIG_HASH_ANNOTATION } from '../../api/names.ts';
import type { ConfigMap, Tunnel } from '../../api/objects.ts';
import type { PublishedRules } from '../ingress/published-rules.ts';
import { CONFIG_KEY, ROUTES_KEY } from '../published-routes/routes-json.ts';
import { ownedMetadata, ownedNames } from '../owned.ts';

export function configMapFor(tunnel: Tunnel, rules: PublishedRules): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).workload, { [CONFIG_HASH_ANNOTATION]: rules.hash }),
    data: { [CONFIG_KEY]: rules.config, [ROUTES_KEY]: rules.routes, ...rules.caFiles },
  };
}
