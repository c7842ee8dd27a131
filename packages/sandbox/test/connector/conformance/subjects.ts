import type { Refusal } from '../../../src/edge/rpc/registration.ts';
import { provideCloudflared } from '../../../src/connector/provide-cloudflared.ts';
import { findCloudflared } from '../../../src/connector/find-cloudflared.ts';
import type { Container, ContainerStart } from '../../../src/kubelet/image.ts';
import { endContainer } from '../../../src/kubelet/end-container.ts';
import { PodNetwork } from '../../../src/kubelet/pod-network.ts';
import type { Resolution } from '../../../src/kubelet/cluster-dns.ts';
import { eventually } from '../../edge/eventually.ts';
import { aContainerStart } from '../../kubelet/a-container.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';
import { anEdge, CREDENTIALS, type ScriptedEdge } from '../a-connector.ts';

/** An implementation of cloudflared. All must meet the same expectations. */
export interface Subject {
  readonly name: string;
  /** Path of the binary. Undefined for the built-in connector. */
  readonly program: string | undefined;
}

const real = findCloudflared(process.env);

/** The built-in connector, and the real cloudflared if there is one. */
export const SUBJECTS: readonly Subject[] = [
  { name: 'the built-in connector', program: undefined },
  ...(real === undefined ? [] : [{ name: 'the real cloudflared', program: real }]),
];

export const CONFIG = '/etc/cloudflared/config/config.yaml';
export const SECRET = '/etc/cloudflared/creds/credentials.json';

const { accountTag: AccountTag, tunnelId: TunnelID, tunnelSecret: TunnelSecret } = CREDENTIALS;
export const CREDENTIALS_JSON = JSON.stringify({ AccountTag, TunnelID, TunnelSecret });

export interface Running {
  readonly edge: ScriptedEdge;
  readonly container: Container;
  readonly log: string[];
  /** `service:port` to its resolution in the cluster. Anything else is an unknown host. */
  readonly services: Map<string, Resolution>;
}

const pods = new PodNetwork();

export interface StartOptions extends Partial<ContainerStart> {
  /** If set, the edge refuses all registrations with this. */
  readonly refusal?: Refusal;
}

/** Starts the cloudflared of a Pod with the files that the operator mounts. */
export async function starting({ program }: Subject, config: string, options: StartOptions = {}): Promise<Running> {
  const { refusal, ...more } = options;
  const edge = await anEdge();
  edge.refusal = refusal;
  const services = new Map<string, Resolution>();
  const resolveService = (hostPort: string) => services.get(hostPort) ?? ({ kind: 'unknown-host' } as const);
  const provided = await provideCloudflared({ edge: edge.address, resolveService, timeScale: 1000, program });
  stopAfterTest(() => provided.stop());
  const log: string[] = [];
  const container = provided.image.start(
    aContainerStart({
      pod: { namespace: 'default', name: 'web-1', uid: 'uid-1', ...pods.allocate() },
      image: 'cloudflare/cloudflared:2026.8.2',
      args: ['tunnel', '--config', CONFIG, 'run'],
      log: (line) => log.push(line),
      ...more,
      env: { TUNNEL_METRICS: '0.0.0.0:2000', ...more.env },
      files: new Map([
        [CONFIG, `tunnel: ${TunnelID}\ncredentials-file: ${SECRET}\n${config}`],
        [SECRET, CREDENTIALS_JSON],
        ...(more.files ?? []),
      ]),
    }),
  );
  stopAfterTest(() => endContainer(container, 0));
  return { edge, container, log, services };
}

/** The same, and waits until it is registered. */
export async function running(subject: Subject, config: string, options: StartOptions = {}): Promise<Running> {
  const started = await starting(subject, config, options);
  await eventually(() => started.edge.connections.size > 0);
  return started;
}

/** The first log line that contains a text, as soon as there is one. */
export async function logged({ log }: Running, text: string): Promise<string> {
  const line = () => log.find((candidate) => candidate.includes(text));
  await eventually(() => line() !== undefined);
  return line() ?? '';
}
