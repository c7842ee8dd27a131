import { NAMESPACE } from '../manifests.ts';
import { service } from './service.ts';
import type { Source } from './source.ts';

/** Where every name of the local network leads. */
export const LAN_ADDRESS = '192.168.1.10';

/** Services with names of the local network. */
export const lan: Source = {
  ...service,
  nouns: ['local Service', 'local Services'],
  objectFor: ({ service: name, tunnel, hostname }) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: NAMESPACE,
      annotations: {
        'cftunnel.io/tunnel': tunnel,
        'cftunnel.io/lan-hostname': hostname,
        'cftunnel.io/lan-address': LAN_ADDRESS,
      },
    },
    spec: { ports: [{ port: 80 }] },
  }),
  placeOf: ({ hostname }) => `${hostname} at ${LAN_ADDRESS}`,
};
