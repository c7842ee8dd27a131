import type { Secret } from '../../../api/objects.ts';
import { keyOf } from '../../../core/keys.ts';
import { type HeldCredentials, credentialsSecretFor } from '../../../core/manifests/secret.ts';
import type { Objects } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface CredentialsSecretPort {
  readonly objects: Pick<Objects, 'apply'>;
  readonly hash: (text: string) => string;
}

/** Writes the whole Secret with the connectors' credentials: what is not given is removed from it. */
export async function storeCredentials(
  port: CredentialsSecretPort,
  pass: TunnelPass,
  credentials: HeldCredentials,
): Promise<Secret> {
  const secret = credentialsSecretFor(pass.tunnel, credentials, port.hash);
  pass.secrets.forget(keyOf(secret));
  await port.objects.apply(secret, pass.signal);
  return secret;
}
