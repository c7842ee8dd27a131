/** Which Secret our Tunnel uses in place of the one that theirs uses. */
import type { ObjectKey } from '../../../api/objects.ts';
import { splitKey } from '../../keys.ts';
import { type MigrationInput, byKey } from '../facts.ts';
import { type MigrationProblem, type SecretCopy, blocked } from '../takeover.ts';
import type { TheirTunnel } from './objects.ts';

const TOKEN = 'CLOUDFLARE_API_TOKEN';
const API_KEY = 'CLOUDFLARE_API_KEY';

export interface Credentials {
  readonly credentials: string;
  readonly copy?: SecretCopy;
  readonly problems: readonly MigrationProblem[];
}

export function credentialsOf(
  tunnel: TheirTunnel,
  { ours, secret }: { readonly ours: ObjectKey; readonly secret: ObjectKey },
  { credentials: chosen, secrets }: MigrationInput,
): Credentials {
  if (chosen !== undefined) return { credentials: chosen, problems: [] };
  const data = byKey(secrets, secret)?.data ?? {};
  const source = splitKey(secret);
  const { namespace, name } = splitKey(ours);
  const hasToken = Object.hasOwn(data, tunnel.tokenKey);
  if (hasToken && tunnel.tokenKey === TOKEN && source.namespace === namespace)
    return { credentials: source.name, problems: [] };
  const copied = `${name}-cloudflare-api`;
  const copy = { from: secret, to: `${namespace}/${copied}` };
  if (hasToken)
    return { credentials: copied, copy: { ...copy, keys: { [TOKEN]: tunnel.tokenKey }, literals: {} }, problems: [] };
  if (Object.hasOwn(data, tunnel.apiKeyKey) && tunnel.email !== undefined) {
    const literals = { CLOUDFLARE_EMAIL: tunnel.email };
    return { credentials: copied, copy: { ...copy, keys: { [API_KEY]: tunnel.apiKeyKey }, literals }, problems: [] };
  }
  const message = `Secret ${secret} has neither ${tunnel.tokenKey} nor ${tunnel.apiKeyKey} with an email in the Tunnel. Create a Secret with ${TOKEN} in namespace ${namespace}, and name it with --credentials`;
  return { credentials: copied, problems: [blocked(message)] };
}
