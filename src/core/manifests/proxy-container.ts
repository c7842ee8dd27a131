/** The proxy beside cloudflared, in each pod of a Tunnel whose routes need it (ADR 0042). */
import type { Tunnel } from '../../api/objects.ts';
import type { ProxySettings } from '../model/tunnel-settings.ts';
import { ownedNames } from '../owned.ts';
import { POD } from '../proxy/place.ts';
import { PROXY_CERTIFICATE_FOLDER } from '../proxy/proxied.ts';
import { PROXY_CONTAINER } from '../tunnel/image.ts';

/** For sockets that are only for the proxy itself. */
const SOCKETS_MOUNT = { name: 'sockets', mountPath: POD.socketFolder };

/**
 * A native sidecar. The kubelet starts cloudflared once the proxy is ready, and stops the proxy after cloudflared has
 * ended, so no request finds it missing. A user's own patches of `containers` still name what they did before.
 */
export function proxyContainer({ image, resources }: ProxySettings): unknown {
  return {
    name: PROXY_CONTAINER,
    image,
    restartPolicy: 'Always',
    args: ['-c', `${POD.configFolder}/bootstrap.json`, ...FLAGS],
    ports: [{ name: PORT_NAME, containerPort: POD.readyPort }],
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    startupProbe: probe({ periodSeconds: 1, failureThreshold: 60 }),
    livenessProbe: probe({ periodSeconds: 10, failureThreshold: 3 }),
    readinessProbe: probe({ periodSeconds: 5, failureThreshold: 2 }),
    volumeMounts: [
      { name: CONFIG_VOLUME, mountPath: POD.configFolder, readOnly: true },
      { name: CERTIFICATE_VOLUME, mountPath: PROXY_CERTIFICATE_FOLDER, readOnly: true },
      SOCKETS_MOUNT,
    ],
  };
}

export function proxyVolumes(tunnel: Tunnel): readonly unknown[] {
  const { proxy } = ownedNames(tunnel);
  return [
    { name: SOCKETS_MOUNT.name, emptyDir: { sizeLimit: '1Mi' } },
    { name: CONFIG_VOLUME, configMap: { name: proxy } },
    { name: CERTIFICATE_VOLUME, secret: { secretName: proxy } },
  ];
}

const CONFIG_VOLUME = 'proxy-config';
const CERTIFICATE_VOLUME = 'proxy-certificate';
const PORT_NAME = 'proxy';

/**
 * A new pod takes over from an old one, so there is no hot restart, which would need shared memory. Without a number,
 * Envoy starts a thread for each core of the node.
 */
const FLAGS = ['--disable-hot-restart', '--concurrency', '2', '--log-level', 'warn'];

function probe(timing: { readonly periodSeconds: number; readonly failureThreshold: number }): unknown {
  return { httpGet: { path: '/ready', port: PORT_NAME }, ...timing };
}
