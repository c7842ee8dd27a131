import { CREDENTIALS_HASH_ANNOTATION, ROTATION_HASH_ANNOTATION } from '../../api/names.ts';
import type { Secret, Tunnel } from '../../api/objects.ts';
import { type TunnelCredentials, connectorToken, writeCredentials } from '../tunnel/credentials.ts';
import { ROTATION_KEY, type RotationRecord, writeRotation } from '../tunnel/rotation-record.ts';
import { encodeBase64 } from '../base64.ts';
import { ownedMetadata, ownedNames } from '../owned.ts';

/** Everything that the credentials Secret holds. */
export interface HeldCredentials extends TunnelCredentials {
  readonly rotation?: RotationRecord;
}

/** The connectors' credentials. Written without a tunnel id before the tunnel is created, so that a crash loses nothing. */
export function credentialsSecretFor(
  tunnel: Tunnel,
  credentials: HeldCredentials,
  hash: (text: string) => string,
): Secret & { readonly type: string } {
  const json = writeCredentials(credentials);
  const rotation = writeRotation(credentials.rotation ?? {});
  const { tunnelId } = credentials;
  const annotations = {
    [CREDENTIALS_HASH_ANNOTATION]: hash(json),
    ...(rotation === undefined ? {} : { [ROTATION_HASH_ANNOTATION]: hash(rotation) }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).credentials, annotations),
    type: 'Opaque',
    data: {
      'credentials.json': btoa(json),
      ...(tunnelId === undefined ? {} : { token: btoa(connectorToken({ ...credentials, tunnelId })) }),
      ...(rotation === undefined ? {} : { [ROTATION_KEY]: encodeBase64(rotation) }),
    },
  };
}
