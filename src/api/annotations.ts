/** What a person may write on a Service. The one table behind parser, suggestions and reference page. */
export const ANNOTATION_PREFIX = 'cftunnel.io/';

export interface AnnotationRule {
  /** Full key. */
  readonly key: string;
  readonly default: string;
  /** One sentence for the reference page. */
  readonly meaning: string;
}

export const HOSTNAME: AnnotationRule = {
  key: 'cftunnel.io/hostname',
  default: '`<service>.<spec.domain>` if a tunnel is named',
  meaning: 'One or more hostnames, comma separated. `*.example.com` is allowed.',
};

export const TUNNEL: AnnotationRule = {
  key: 'cftunnel.io/tunnel',
  default: 'the default Tunnel',
  meaning: '`name` of a Tunnel in the same namespace, or `namespace/name`.',
};

export const PORT: AnnotationRule = {
  key: 'cftunnel.io/port',
  default: 'the only port; else the port named `http`, `https` or `web`; else 80, then 443',
  meaning: 'Name or number of the Service port.',
};

export const PROTOCOL: AnnotationRule = {
  key: 'cftunnel.io/protocol',
  default: 'from `appProtocol`; else `https` for port 443; else `http`',
  meaning: 'How cloudflared talks to the Service: `http` or `https`.',
};

export const DNS: AnnotationRule = {
  key: 'cftunnel.io/dns',
  default: "the Tunnel's `dns.mode`",
  meaning: '`managed` or `disabled`: whether the records of this Service are made and deleted by us.',
};

export const SERVICE_ANNOTATIONS: readonly AnnotationRule[] = [HOSTNAME, TUNNEL, PORT, PROTOCOL, DNS];
