/** The annotations of a Service: the table behind parser, suggestions and reference page. */
import type { AnnotationRule } from './annotation-rule.ts';
import { ORIGIN_ANNOTATIONS } from './origin-annotations.ts';

export const ANNOTATION_PREFIX = 'cftunnel.io/';

export const HOSTNAME: AnnotationRule = {
  key: 'cftunnel.io/hostname',
  kind: 'hostnames',
  default: '`<service>.<spec.domain>` if a tunnel is named',
  meaning: 'One or more hostnames. `*.example.com` is allowed; upper case and international names are converted.',
};

export const TUNNEL: AnnotationRule = {
  key: 'cftunnel.io/tunnel',
  kind: 'tunnel',
  default: 'the default Tunnel',
  meaning: 'The Tunnel to use: `name` of one in the same namespace, or `namespace/name`.',
};

export const PORT: AnnotationRule = {
  key: 'cftunnel.io/port',
  kind: 'port',
  default: 'the only port; else the port named `http`, `https` or `web`; else 80, then 443',
  meaning: 'Name or number of the Service port.',
};

export const PROTOCOL: AnnotationRule = {
  key: 'cftunnel.io/protocol',
  kind: 'protocol',
  default:
    'from `appProtocol`; else from the number or name of the port (443 https, 22 ssh, 3389 rdp, 445 and 139 smb); else `http`',
  meaning:
    'How the Service is reached. WebSockets work with `http` and `https`. `grpc` is gRPC without TLS, `h2c` is HTTP/2 without TLS; both go through the proxy. gRPC with TLS is `https` with `cftunnel.io/origin-http2: "true"`. Both kinds of gRPC need the Tunnel protocol `http2`. Clients of `tcp`, `ssh`, `rdp` and `smb` connect with `cloudflared access`.',
};

export const PATH: AnnotationRule = {
  key: 'cftunnel.io/path',
  kind: 'path',
  default: '`/`, which is every path',
  meaning: 'The paths of the hostname that this Service serves. Other Services in the namespace may serve the others.',
};

export const PATH_TYPE: AnnotationRule = {
  key: 'cftunnel.io/path-type',
  kind: 'pathType',
  default: '`Prefix`',
  meaning:
    '`Prefix` matches whole segments: `/api` matches `/api` and `/api/x`, but not `/apiary`. `Exact` matches only that path. `Regex` is an RE2 pattern that matches anywhere in the path unless it is anchored with `^` and `$`.',
};

export const BALANCE: AnnotationRule = {
  key: 'cftunnel.io/balance',
  kind: 'balance',
  default: '`connection`',
  meaning:
    '`request` opens a new connection for each request, so that requests are spread over the pods. It costs a connection, and with https a handshake, per request. `connection` keeps connections open, even if `originRequest.keepAliveConnections` of the Tunnel is -1. What goes through the proxy is spread by request in any case, and keeps connections open.',
};

export const SESSION: AnnotationRule = {
  key: 'cftunnel.io/session',
  kind: 'session',
  default: 'none',
  meaning:
    'A visitor stays with one pod, also across connectors. `cookie`: browsers keep the pod in a cookie. `header:<Name>`: the answer names the pod in this header, and the client sends it back. Only the sessions of a pod that goes move to another. Goes through the proxy.',
};

export const LAN_HOSTNAME: AnnotationRule = {
  key: 'cftunnel.io/lan-hostname',
  kind: 'lanHostnames',
  default: 'none',
  meaning:
    'Names that only the local network can reach: they get A and AAAA records that are not proxied, and no rule. Beside `cftunnel.io/hostname`, under other names, or instead of it. On an Ingress, a Gateway or a route of a Gateway, hostnames of its spec that are named here are not published.',
};

export const LAN_ADDRESS: AnnotationRule = {
  key: 'cftunnel.io/lan-address',
  kind: 'addresses',
  default: '`auto`',
  meaning:
    "Where these names lead. `auto` is the IP addresses of the load balancer: that of the Service, of the Ingress of another class, or of the Gateway of another class; else the Tunnel's `lan`.",
};

export const DNS: AnnotationRule = {
  key: 'cftunnel.io/dns',
  kind: 'dns',
  default: "the Tunnel's `dns.mode`",
  meaning: '`managed` or `disabled`: whether the operator creates and deletes the DNS records of this Service.',
};

export const ACCESS: AnnotationRule = {
  key: 'cftunnel.io/access',
  kind: 'access',
  default: "the Tunnel's `access.policies`",
  meaning:
    'Who may enter, through Cloudflare Access: AccessPolicies of the same namespace, or `namespace/name` where a ReferenceGrant permits it, in the order in which they apply. `none` where the Tunnel does not require Access.',
};

/** Of an Ingress or Gateway of another class: which Service its hostnames lead to. */
export const ORIGIN: AnnotationRule = {
  key: 'cftunnel.io/origin',
  kind: 'servicePort',
  default: "the Tunnel's `origin`, else what the status of the object leads to",
  meaning:
    'The Service of the controller that serves it, such as `ingress-nginx/ingress-nginx-controller:443`. One of another namespace has to be the `origin` of the Tunnel.',
};

export const ROUTES: AnnotationRule = {
  key: 'cftunnel.io/routes',
  kind: 'routes',
  default: 'the one route that the other annotations describe',
  meaning:
    'For a Service that needs several routes: a list of `{hostname, path, pathType, port, protocol, access, origin, backends}`, where `access` takes the place of the annotation, and `origin` holds the `origin-` settings in camelCase. `backends` divides the requests among Services of the same namespace through the proxy: a list of `{service, port, weight}`, where `service` is this one and `weight` is 1 by default. Excludes `hostname`, `path`, `path-type`, `port`, `protocol` and every `origin-` annotation.',
};

/** The annotations of routes of Gateways, whose spec says everything else. */
export const GATEWAY_ROUTE_ANNOTATIONS: readonly AnnotationRule[] = [ACCESS, LAN_HOSTNAME, LAN_ADDRESS];

/** Annotations that describe a single route. `cftunnel.io/routes` replaces all of them. */
export const SINGLE_ROUTE_ANNOTATIONS: readonly AnnotationRule[] = [
  HOSTNAME,
  PORT,
  PROTOCOL,
  PATH,
  PATH_TYPE,
  ...ORIGIN_ANNOTATIONS,
];

export const SERVICE_ANNOTATIONS: readonly AnnotationRule[] = [
  HOSTNAME,
  TUNNEL,
  PORT,
  PROTOCOL,
  PATH,
  PATH_TYPE,
  BALANCE,
  SESSION,
  LAN_HOSTNAME,
  LAN_ADDRESS,
  DNS,
  ACCESS,
  ROUTES,
  ...ORIGIN_ANNOTATIONS,
];
