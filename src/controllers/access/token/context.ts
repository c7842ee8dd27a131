import type { AccessServiceToken, KubeObject, ObjectKey, Secret } from '../../../api/objects.ts';
import { FRESH_MAX_AGE_MS } from '../../../core/fresh-max-age.ts';
import { accessMark } from '../../../core/access/mark.ts';
import { keyOf } from '../../../core/keys.ts';
import type { FindNextTime } from '../../../core/tunnel/rotation-schedule.ts';
import type { Pass } from '../../../runtime/controller.ts';
import type { AccessPort } from '../ports.ts';

export interface TokenPort extends Omit<AccessPort, 'objects'> {
  readonly serviceTokens: { get(key: ObjectKey): AccessServiceToken | undefined };
  readonly objects: AccessPort['objects'] & {
    apply(manifest: KubeObject, signal: AbortSignal): Promise<KubeObject>;
  };
  readonly findNextTime: FindNextTime;
}

/** One pass over a service token: what stays the same from its beginning to its end. */
export interface TokenPass extends Pass {
  readonly token: AccessServiceToken;
  /** Its name at Cloudflare. */
  readonly name: string;
  readonly maxAgeMs: number;
}

export function beginTokenPass(port: TokenPort, token: AccessServiceToken, pass: Pass): TokenPass {
  const name = accessMark(port.cluster, keyOf(token), port.hash);
  return { ...pass, token, name, maxAgeMs: pass.isRetry ? FRESH_MAX_AGE_MS : port.driftIntervalMs };
}

export function secretKeyOf({ metadata, spec }: AccessServiceToken): ObjectKey {
  return `${metadata.namespace}/${spec.secretName}`;
}

export function readSecret({ secrets }: TokenPort, { token, signal }: TokenPass): Promise<Secret | undefined> {
  return secrets.get(secretKeyOf(token), signal);
}
