import type { KubeObject, Secret } from '../../../api/objects.ts';
import { keyOf } from '../../../core/keys.ts';
import { type KeyPair, holdsProxyFiles, proxyObject, proxySecretFor } from '../../../core/manifests/proxy-objects.ts';
import { type OwnedObjectsPort, writeOwned } from '../owned/owned-objects.ts';
import { claim } from '../owned/ownership.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface KeyPairPort extends OwnedObjectsPort {
  readonly newKeyPair: () => Promise<KeyPair>;
}

/** The certificate of the proxy is made once. It is made anew if a person has removed it. */
export async function ensureKeyPair(port: KeyPairPort, pass: TunnelPass): Promise<void> {
  const { tunnel, secrets, signal } = pass;
  const reference = proxyObject(tunnel, 'Secret');
  const stored = await secrets.get(keyOf(reference), signal);
  const secret: Secret | undefined = stored && { ...stored, ...kindOf(reference) };
  if (secret !== undefined && holdsProxyFiles(secret)) return void (await claim(port, pass, secret));
  secrets.forget(keyOf(reference));
  await writeOwned(port, pass, proxySecretFor(tunnel, await port.newKeyPair()));
}

/** An object that is read by its name comes with its kind only from some servers. */
function kindOf({ apiVersion, kind }: KubeObject): Pick<KubeObject, 'apiVersion' | 'kind'> {
  return { apiVersion, kind };
}
