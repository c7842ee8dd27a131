/** Explains why a server gave no answer, and names what to check. */

/** Where a request was sent. */
export interface Destination {
  readonly server: URL;
  /** The proxy that the environment names for this server. */
  readonly proxy?: URL | undefined;
  /** How to add a certificate authority for this server. */
  readonly caHint: string;
}

/** The fields of Node's connection errors. */
interface ConnectionError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly hostname?: unknown;
  readonly port?: unknown;
  readonly statusCode?: number;
  readonly errors?: readonly unknown[];
}

/** What is wrong with the server's certificate, by Node's error code. */
const CERTIFICATE_FAULTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet; compare the clocks',
  CERT_REVOKED: 'is revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name',
};

const UNKNOWN_AUTHORITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * Names the server as in its URL, never by its IP address: that changes from call to call, and messages must not. Names
 * only host and port of a proxy, since its URL may contain a password.
 */
export function whyNoAnswer(error: unknown, destination: Destination): string {
  const fault = detailOf(error);
  const code = typeof fault.code === 'string' ? fault.code : '';
  if (code === 'ERR_PROXY_TUNNEL') return proxyFault(fault, destination);
  const server = placeOf(destination.server);
  if (code in CERTIFICATE_FAULTS) return `the certificate of ${server} ${CERTIFICATE_FAULTS[code]}`;
  if (UNKNOWN_AUTHORITY.has(code))
    return `the certificate of ${server} is signed by an authority that is not trusted here; ${destination.caHint}`;
  return connectionFault(code, fault, destination);
}

/** Of the attempts to connect to several addresses of one name, the first. */
function detailOf(error: unknown): ConnectionError {
  const fault = Object(error) as ConnectionError;
  return Array.isArray(fault.errors) && fault.errors.length > 0 ? (Object(fault.errors[0]) as ConnectionError) : fault;
}

function connectionFault(code: string, fault: ConnectionError, destination: Destination): string {
  switch (code) {
    case 'ENOTFOUND':
      return `DNS does not know the name ${nameIn(fault, destination)}`;
    case 'EAI_AGAIN':
      return `DNS gives no answer for the name ${nameIn(fault, destination)}`;
    case 'ECONNREFUSED':
      return `${peerOf(fault, destination)} refuses the connection`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no route to ${peerOf(fault, destination)}`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${peerOf(fault, destination)} closed the connection before an answer came`;
    case 'ETIMEDOUT':
    case 'ABORT_ERR':
      return `${peerOf(fault, destination)} did not answer in time`;
    default:
      return code === ''
        ? String(fault.message)
        : `the connection to ${peerOf(fault, destination)} failed with ${code}`;
  }
}

function nameIn({ hostname }: ConnectionError, { server, proxy }: Destination): string {
  const name = typeof hostname === 'string' ? hostname : server.hostname;
  return name === proxy?.hostname ? `${name} of the proxy` : name;
}

/** The peer that a fault is about. The port, if Node reports it, tells the proxy from the server. */
function peerOf({ port }: ConnectionError, { server, proxy }: Destination): string {
  if (proxy === undefined || port === portOf(server)) return placeOf(server);
  const through = `the proxy ${placeOf(proxy)}`;
  return port === portOf(proxy) ? through : `${placeOf(server)} (through ${through})`;
}

/** Explains how a proxy answered a CONNECT request. */
function proxyFault({ statusCode: status }: ConnectionError, { server, proxy }: Destination): string {
  const through = proxy === undefined ? 'the proxy' : `the proxy ${placeOf(proxy)}`;
  if (status === undefined) return `${through} closed the connection before an answer came`;
  if (status !== 407) {
    const verb = status === 403 ? 'refuses to connect' : 'cannot connect';
    return `${through} ${verb} to ${placeOf(server)} (HTTP ${status})`;
  }
  return proxy?.username
    ? `${through} does not accept the user name and password in its URL (HTTP 407)`
    : `${through} wants a user name and a password in its URL (HTTP 407)`;
}

function placeOf(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
