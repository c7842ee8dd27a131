/** Annotations of the Adyanth operator (before its v0.9.0), read so that its users can move without a gap. */
import { ANNOTATION_PREFIX, HOSTNAME, PROTOCOL, TUNNEL } from './annotations.ts';
import { originAnnotation } from './origin-annotations.ts';

export interface AnnotationAlias {
  readonly key: string;
  /** The annotation that it is read as. */
  readonly means: string;
  readonly meaning: string;
}

export const ALIAS_TUNNEL: AnnotationAlias = {
  key: 'cfargotunnel.com/tunnel',
  means: TUNNEL.key,
  meaning: 'A Tunnel in the same namespace.',
};

export const ALIAS_CLUSTER_TUNNEL: AnnotationAlias = {
  key: 'cfargotunnel.com/cluster-tunnel',
  means: TUNNEL.key,
  meaning: 'The Tunnel of that name in the namespace `cftunnel-system`, which must let other namespaces in.',
};

export const ALIAS_TARGET: AnnotationAlias = {
  key: 'cfargotunnel.com/target',
  means: 'cftunnel.io/protocol and cftunnel.io/port',
  meaning: 'Only an address of the Service itself, as in `https://web.shop.svc:8443`, is taken.',
};

/** Whose value means the same as ours. */
export const PLAIN_ALIASES: readonly AnnotationAlias[] = [
  ALIAS_TUNNEL,
  { key: 'cfargotunnel.com/fqdn', means: HOSTNAME.key, meaning: 'The hostname.' },
  { key: 'cfargotunnel.com/proto', means: PROTOCOL.key, meaning: 'The protocol of the Service.' },
  {
    key: 'cfargotunnel.com/caPool',
    means: originAnnotation('caPool').key,
    meaning: 'Names a ConfigMap or Secret here, not a key of the one Secret of the Tunnel.',
  },
  {
    key: 'cfargotunnel.com/noTlsVerify',
    means: originAnnotation('noTLSVerify').key,
    meaning: '`"false"` means false here.',
  },
];

export const ANNOTATION_ALIASES: readonly AnnotationAlias[] = [...PLAIN_ALIASES, ALIAS_CLUSTER_TUNNEL, ALIAS_TARGET];

const ALIAS_KEYS = new Set(ANNOTATION_ALIASES.map(({ key }) => key));

/** Whether an annotation is for us to read; of other operators' prefixes only the keys that we know. */
export function isOurAnnotation(key: string): boolean {
  return key.startsWith(ANNOTATION_PREFIX) || ALIAS_KEYS.has(key);
}
