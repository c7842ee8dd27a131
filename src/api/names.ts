/** The names that users, manifests and dashboards rely on. A change here is a breaking change. */
export const GROUP = 'cftunnel.io';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;
export const TUNNEL_KIND = 'Tunnel';
export const FIELD_MANAGER = 'cftunnel-operator';
/** Where the operator lives unless it is told otherwise. */
export const DEFAULT_NAMESPACE = 'cftunnel-system';
export const FINALIZER = 'cftunnel.io/finalizer';

/** Labels on everything the operator owns. */
export const LABEL_TUNNEL = 'cftunnel.io/tunnel';
export const LABEL_MANAGED_BY = 'app.kubernetes.io/managed-by';
export const MANAGED_BY = 'cftunnel-operator';

/** Annotations the operator writes on what it owns. */
export const CONFIG_HASH_ANNOTATION = 'cftunnel.io/config-hash';
export const MANIFEST_HASH_ANNOTATION = 'cftunnel.io/manifest-hash';
export const CREDENTIALS_HASH_ANNOTATION = 'cftunnel.io/credentials-hash';

/** Annotation on a Tunnel that confirms a mass deletion; its value is the hash that the refusal named. */
export const CONFIRM_DELETE_ANNOTATION = 'cftunnel.io/confirm-delete';

/** Annotation on the CustomResourceDefinition without which the admission policy of `deploy/` refuses to delete it. */
export const ALLOW_DELETE_ANNOTATION = 'cftunnel.io/allow-delete';

/** The CustomResourceDefinition of Tunnels. */
export const TUNNEL_DEFINITION = 'tunnels.cftunnel.io';

/** Annotation that makes a Tunnel the default one, as with StorageClass. */
export const DEFAULT_TUNNEL_ANNOTATION = 'cftunnel.io/is-default-tunnel';
