/** Kinds of values, which select the parser, and their description on the reference page. */
export const VALUE_KINDS = {
  hostnames: 'hostnames, comma separated',
  lanHostnames: 'hostnames without wildcards, comma separated',
  addresses: '`auto`, or IPv4 and IPv6 addresses, comma separated',
  tunnel: '`name` or `namespace/name`',
  port: 'name or number of a port of the Service',
  protocol: '`http`, `https`, `h2c`, `grpc`, `tcp`, `ssh`, `rdp` or `smb`',
  path: 'a path, or an RE2 pattern',
  pathType: '`Prefix`, `Exact` or `Regex`',
  balance: '`connection` or `request`',
  session: '`cookie` or `header:<Name>`',
  dns: '`managed` or `disabled`',
  access: 'names of AccessPolicies, comma separated, or `none`',
  routes: 'a YAML list',
  servicePort: '`namespace/service:port`, with the name or number of a port',
  boolean: '`"true"` or `"false"`',
  duration: 'a Go duration, such as `30s` or `1m30s`',
  integer: 'a whole number from -1 to 100000',
  serverName: 'a hostname or IP address, or empty',
  host: 'a hostname, optionally with a port, or empty',
  caPool: '`name` or `name/key` of a ConfigMap or Secret',
  proxyType: 'empty or `socks`',
} as const;
export type ValueKind = keyof typeof VALUE_KINDS;

export interface AnnotationRule {
  /** Full key. */
  readonly key: string;
  readonly kind: ValueKind;
  readonly default: string;
  /** Description on the reference page. */
  readonly meaning: string;
}
