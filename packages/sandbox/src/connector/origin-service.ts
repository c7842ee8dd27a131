/** The target of an ingress rule. */
export type OriginService =
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly isTls: boolean;
      readonly host: string;
      readonly port: number;
    }
  | { readonly kind: 'unix'; readonly path: string; readonly isTls: boolean }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'hello-world' }
  /** Any other scheme: a TCP connection in a WebSocket, for `cloudflared access` instead of browsers. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Bastion and SOCKS, where the visitor specifies the target. */
  | { readonly kind: 'unsupported' };

const HTTP_PORTS: Readonly<Record<string, number>> = { http: 80, ws: 80, https: 443, wss: 443 };
const TCP_PORTS: Readonly<Record<string, number>> = { ssh: 22, rdp: 3389, smb: 445 };

/** cloudflared's default port of a TCP service. */
const DEFAULT_TCP_PORT = 7864;

/** Parses the `service` of a rule. Throws cloudflared's message if it is invalid. */
export function parseOriginService(service: string, bastionMode: boolean): OriginService {
  if (service.startsWith('unix:')) return { kind: 'unix', path: service.slice(5), isTls: false };
  if (service.startsWith('unix+tls:')) return { kind: 'unix', path: service.slice(9), isTls: true };
  if (service.startsWith('http_status:')) return parseStatus(service.slice(12));
  if (service === 'hello_world' || service === 'hello-world') return { kind: 'hello-world' };
  if (service === 'socks-proxy' || service === 'bastion' || bastionMode) return { kind: 'unsupported' };
  return parseAddress(service);
}

function parseStatus(text: string): OriginService {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new Error(`invalid HTTP status code: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const status = Number(text);
  if (status < 100 || status > 999) throw new Error(`invalid HTTP status code: ${status}`);
  return { kind: 'status', status };
}

/** Reads the path from the text, because Node's URL always adds "/". */
function parseAddress(service: string): OriginService {
  const [, scheme = '', authority = '', path = ''] =
    /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/.exec(service) ?? [];
  const [, host = '', port = ''] = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority) ?? [];
  if (scheme === '' || host === '') {
    throw new Error(`${service} is an invalid address, please make sure it has a scheme and a hostname`);
  }
  if (path !== '') {
    throw new Error(
      `${service} is an invalid address, ingress rules don't support proxying to a different path on the origin service. The path will be the same as the eyeball request's path`,
    );
  }
  return serviceAt(service, scheme.toLowerCase(), host.replace(/^\[|\]$/g, ''), Number(port));
}

function serviceAt(url: string, scheme: string, host: string, port: number): OriginService {
  const httpPort = HTTP_PORTS[scheme];
  if (httpPort === undefined) return { kind: 'tcp', host, port: port || (TCP_PORTS[scheme] ?? DEFAULT_TCP_PORT) };
  return { kind: 'http', url, isTls: httpPort === 443, host, port: port || httpPort };
}
