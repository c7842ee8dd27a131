/** A real Envoy before pods on loopback. */
import { createCertificateAuthority } from 'cftunnel-sandbox/edge/server/certificate-authority';
import type { Route } from '../../src/core/model/route.ts';
import { digest } from '../../src/adapters/digest.ts';
import { type ProxyFiles, compileProxy } from '../../src/core/proxy/compile.ts';
import type { ProxyPlace } from '../../src/core/proxy/place.ts';
import { type Envoy, aPlace, startEnvoy } from './envoy.ts';
import { type Echo, type Pod, type PodOptions, aPod } from './pods.ts';
import type { Answer, VisitorRequest } from './visitor.ts';

export class ProxyWorld {
  readonly envoy: Envoy;
  readonly #place: ProxyPlace;
  readonly #services = new Map<string, readonly Pod[]>();
  readonly #pods: Pod[] = [];
  #routes: readonly Route[] = [];

  private constructor(envoy: Envoy, place: ProxyPlace) {
    this.envoy = envoy;
    this.#place = place;
  }

  static async start(program: string): Promise<ProxyWorld> {
    const authority = await createCertificateAuthority();
    const place = await aPlace(await authority.issue('proxy'));
    const files = compileProxy([], { hash: digest, endpointsOf: () => undefined, before: [], place });
    return new ProxyWorld(await startEnvoy(program, place, files), place);
  }

  get address(): string {
    return `127.0.0.1:${this.#place.httpPort}`;
  }

  get configFolder(): string {
    return this.#place.configFolder;
  }

  /** Starts a pod, without an endpoint yet. */
  async pod(name: string, options?: PodOptions): Promise<Pod> {
    const pod = await aPod(name, options);
    this.#pods.push(pod);
    return pod;
  }

  /** Starts pods that are all that a Service has. */
  async service(key: string, names: readonly string[], options?: PodOptions): Promise<readonly Pod[]> {
    const pods = await Promise.all(names.map((name) => this.pod(name, options)));
    this.endpoints(key, pods);
    return pods;
  }

  endpoints(key: string, pods: readonly Pod[]): void {
    this.#services.set(key, pods);
  }

  /** Publishes routes as the operator does, or the same ones with other endpoints. */
  async serve(routes: readonly Route[] = this.#routes): Promise<void> {
    await this.envoy.publish(this.compile(routes));
    this.#routes = routes;
    await this.envoy.publish(this.compile(routes));
  }

  compile(routes: readonly Route[]): ProxyFiles {
    const endpointsOf = (service: string) => this.#services.get(service)?.map(({ endpoint }) => endpoint);
    return compileProxy(routes, { hash: digest, endpointsOf, before: this.#routes, place: this.#place });
  }

  ask(request: VisitorRequest): Promise<Answer> {
    return this.envoy.ask(request);
  }

  /** What a pod says that it has received. */
  async echo(request: VisitorRequest): Promise<Echo> {
    const { status, text } = await this.ask(request);
    if (status !== 200) throw new Error(`the answer was ${status}: ${text} ${this.envoy.log()}`);
    return JSON.parse(text) as Echo;
  }

  /** How often each pod has answered. */
  async tally(count: number, request: VisitorRequest): Promise<Readonly<Record<string, number>>> {
    const pods: string[] = [];
    for (let sent = 0; sent < count; sent += 1) pods.push((await this.echo(request)).pod);
    return Object.fromEntries([...Map.groupBy(pods, (pod) => pod)].map(([pod, all]) => [pod, all.length]));
  }

  async stop(): Promise<void> {
    await this.envoy.stop();
    await Promise.all(this.#pods.map((pod) => pod.stop()));
  }
}
