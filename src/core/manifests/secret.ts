import { CREDENTIALS_HASH_ANNOTATION } from '../../api/names.ts';
import type { Secret, Tunnel } from '../../api/objects.ts';
import { type TunnelCredentials, connectorToken, writeCredentials } from '../tunnel/credentials.ts';
import { ownedMetadata, ownedNames } from '../owned.ts';

/** The connectors' credentials. Written without a tunnel id before the tunnel is created, so that a crash loses nothing. */
export function credentialsSecretFor(
  tunnel: Tunnel,
  credentials: TunnelCredentials,
  hash: (text: string) => string,
): Secret & { readonly type: string } {
  const json = writeCredentials(credentials);
  const { tunnelId } = credentials;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).credentials, { [CREDENTIALS_HASH_ANNOTATION]: hash(json) }),
    type: 'Opaque',
    data: {
      'credentials.json': btoa(json),
      ...(tunnelId === undefined ? {} : { token: btoa(connectorToken({ ...credentials, tunnelId })) }),
    },
  };
}
