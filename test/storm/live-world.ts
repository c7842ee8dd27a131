/** A world with one live hostname, in which a Service can request another one. */
import { Random } from './random.ts';
import type { Condition, KubeObject } from '../support/kube-client.ts';
import { EXPOSED, conditionOf } from '../support/world-views.ts';
import { recover } from './recover.ts';
import { type StormWorld, startStormWorld } from './storm-world.ts';
import { User } from './user.ts';
import { DesiredState } from './desired-state.ts';

/** The hostname of the Service `blue/web`, live from the start. */
export const KEPT = 'kept.example.com';

export class LiveWorld {
  readonly world: StormWorld;
  readonly desired = new DesiredState();
  readonly user: User;
  #requested = 0;

  private constructor(world: StormWorld) {
    this.world = world;
    this.user = new User(world, this.desired, new Random(1));
  }

  static async start(): Promise<LiveWorld> {
    const live = new LiveWorld(await startStormWorld());
    live.user.wantTunnel('blue/home', 1);
    live.user.wantService('blue/web', { tunnel: 'blue/home', hostname: KEPT });
    await live.recovers();
    return live;
  }

  /** Requests a new hostname for the Service `blue/api`, and returns it. */
  requestHostname(): string {
    this.#requested += 1;
    const hostname = `requested-${this.#requested}.example.com`;
    this.user.wantService('blue/api', { tunnel: 'blue/home', hostname });
    return hostname;
  }

  /** Whether `blue/api` is served at this hostname. */
  isServed(hostname: string): boolean {
    const { status, message = '' } = this.exposedOf('blue/api') ?? {};
    return status === 'True' && message.startsWith(`https://${hostname}`);
  }

  /** Hostnames with a record. */
  names(): readonly string[] {
    return this.world.records().map(({ name }) => name);
  }

  readyOf(tunnel: string): Condition | undefined {
    return conditionOf(this.user.find('tunnels', tunnel) as KubeObject | undefined, 'Ready');
  }

  exposedOf(service: string): Condition | undefined {
    return conditionOf(this.user.find('services', service) as KubeObject | undefined, EXPOSED);
  }

  async recovers(): Promise<void> {
    const { problems } = await recover(this.user);
    if (problems.length > 0) throw new Error(['the world is not as desired:', ...problems].join('\n  '));
  }

  stop(): Promise<void> {
    return this.world.stop();
  }
}
