import { caFileName } from '../ca-pool/files.ts';
import type { BackendTls } from '../model/proxy-rule.ts';
import { isAddress } from './address.ts';
import { type JsonObject, typed } from './envoy-json.ts';
import type { Upstream } from './proxied-route.ts';

/** Where the image of Envoy has the certificates of public authorities. */
const SYSTEM_CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** How connections of an upstream are encrypted; empty if they are not. */
export function transportSocketOf({ protocol, tls, isHttp2 }: Upstream, configFolder: string): JsonObject {
  if (protocol !== 'https') return {};
  return {
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: typed('extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
        sni: tls === undefined || isAddress(tls.serverName) ? undefined : tls.serverName,
        common_tls_context: {
          alpn_protocols: isHttp2 ? ['h2', 'http/1.1'] : ['http/1.1'],
          validation_context: tls === undefined ? undefined : validation(tls, configFolder),
        },
      }),
    },
  };
}

function validation({ serverName, subjectAltNames, caPool }: BackendTls, configFolder: string): JsonObject {
  const fingerprint = caPool?.fingerprint;
  const file = fingerprint === undefined ? SYSTEM_CERTIFICATES : `${configFolder}/${caFileName(fingerprint)}`;
  const type = isAddress(serverName) ? 'IP_ADDRESS' : 'DNS';
  const names = subjectAltNames ?? [{ type, value: serverName } as const];
  return {
    trusted_ca: { filename: file },
    match_typed_subject_alt_names: names.map((name) => ({ san_type: name.type, matcher: { exact: name.value } })),
  };
}
