/** The names that users, manifests and dashboards rely on. A change here is a breaking change. */
export const GROUP = 'cftunnel.io';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;
export const TUNNEL_KIND = 'Tunnel';
export const ACCESS_POLICY_KIND = 'AccessPolicy';
export const ACCESS_SERVICE_TOKEN_KIND = 'AccessServiceToken';
export const FIELD_MANAGER = 'cftunnel-operator';
/** The default namespace of the operator. */
export const DEFAULT_NAMESPACE = 'cftunnel-system';
/** Name of the Lease by which a leader is elected. */
export const LEASE_NAME = 'cftunnel-operator';
export const FINALIZER = 'cftunnel.io/finalizer';

/** Labels of every object that the operator owns. */
export const LABEL_TUNNEL = 'cftunnel.io/tunnel';
export const LABEL_MANAGED_BY = 'app.kubernetes.io/managed-by';
export const MANAGED_BY = 'cftunnel-operator';

/** Annotations of the objects that the operator owns. */
export const CONFIG_HASH_ANNOTATION = 'cftunnel.io/config-hash';
export const MANIFEST_HASH_ANNOTATION = 'cftunnel.io/manifest-hash';
export const CREDENTIALS_HASH_ANNOTATION = 'cftunnel.io/credentials-hash';
export const ROTATION_HASH_ANNOTATION = 'cftunnel.io/rotation-hash';

/** Annotation on the Secret of a service token: what is known of its rotations. */
export const ROTATION_ANNOTATION = 'cftunnel.io/rotation';

/** Annotation on a connector's pod: the configuration of its proxy that the kubelet was last told of. */
export const PROXY_CONFIG_ANNOTATION = 'cftunnel.io/proxy-config';

/** Annotation on a Tunnel that confirms a mass deletion. Its value is the hash in the message that asks for it. */
export const CONFIRM_DELETE_ANNOTATION = 'cftunnel.io/confirm-delete';

/** Annotation on a Tunnel or service token that requests a new secret. Each new value is one request. */
export const ROTATE_TOKEN_ANNOTATION = 'cftunnel.io/rotate-token';

/** Annotation on a Tunnel that requests a pass which reads everything anew. Each new value is one request. */
export const RECONCILE_ANNOTATION = 'cftunnel.io/reconcile';

/** Annotation on the CustomResourceDefinition that permits its deletion, which a policy in `deploy/` denies otherwise. */
export const ALLOW_DELETE_ANNOTATION = 'cftunnel.io/allow-delete';

/** Name of the CustomResourceDefinition of Tunnels. */
export const TUNNEL_DEFINITION = 'tunnels.cftunnel.io';

/** Annotation that makes a Tunnel the default, as for a StorageClass. */
export const DEFAULT_TUNNEL_ANNOTATION = 'cftunnel.io/is-default-tunnel';

/** Annotation on a Namespace: the hostnames that its objects may claim, through whichever Tunnel. */
export const ALLOWED_HOSTNAMES_ANNOTATION = 'cftunnel.io/allowed-hostnames';

/** Annotation on a Deployment of another tool that a migration has stopped: how many pods it had. */
export const MIGRATED_REPLICAS_ANNOTATION = 'cftunnel.io/replicas-before-migration';
