/** Annotations of the Adyanth operator (before v0.9.0) that are accepted, so that its users can migrate without downtime. */
import { ANNOTATION_PREFIX, HOSTNAME, PROTOCOL, TUNNEL } from './annotations.ts';
import { originAnnotation } from './origin-annotations.ts';

export interface AnnotationAlias {
  readonly key: string;
  /** The annotation that it stands for. */
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
  meaning: 'The Tunnel of that name in the namespace `cftunnel-system`, which must admit other namespaces.',
};

export const ALIAS_TARGET: AnnotationAlias = {
  key: 'cfargotunnel.com/target',
  means: 'cftunnel.io/protocol and cftunnel.io/port',
  meaning: 'Only an address of the Service itself, such as `https://web.shop.svc:8443`, is accepted.',
};

/** Aliases whose value is passed on unchanged. */
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

/** Whether the operator reads an annotation: any key with its own prefix, and the known aliases. */
export function isOurAnnotation(key: string): boolean {
  return key.startsWith(ANNOTATION_PREFIX) || ALIAS_KEYS.has(key);
}
