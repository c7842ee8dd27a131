/** A storm's world before the storm: one name is live, and somebody may ask for another. */
import { Dice } from './dice.ts';
import { type Condition, conditionOf } from './judge.ts';
import { recovery } from './recovery.ts';
import { StormWorld } from './storm-world.ts';
import { User } from './user.ts';
import { Wishes } from './wishes.ts';

/** The name that is live from the beginning, of the Service `blue/web`. */
export const KEPT = 'kept.example.com';

export class LiveWorld {
  readonly world: StormWorld;
  readonly wishes = new Wishes();
  readonly user: User;
  #asked = 0;

  private constructor(world: StormWorld) {
    this.world = world;
    this.user = new User(world, this.wishes, new Dice(1));
  }

  static async start(): Promise<LiveWorld> {
    const live = new LiveWorld(await StormWorld.start());
    live.user.wantTunnel('blue/home', 1);
    live.user.wantService('blue/web', { tunnel: 'blue/home', hostname: KEPT });
    await live.becomesWell();
    return live;
  }

  /** Has the Service `blue/api` ask for a name that nobody has asked for before, and answers the name. */
  ask(): string {
    this.#asked += 1;
    const hostname = `asked-${this.#asked}.example.com`;
    this.user.wantService('blue/api', { tunnel: 'blue/home', hostname });
    return hostname;
  }

  /** Whether `blue/api` has what it asked for. */
  isServed(hostname: string): boolean {
    const { status, message = '' } = this.exposedOf('blue/api') ?? {};
    return status === 'True' && message.startsWith(`https://${hostname}`);
  }

  /** Host names with a record. */
  names(): readonly string[] {
    return this.world.records().map(({ name }) => name);
  }

  readyOf(tunnel: string): Condition | undefined {
    return conditionOf(this.user.find('tunnels', tunnel), 'Ready');
  }

  exposedOf(service: string): Condition | undefined {
    return conditionOf(this.user.find('services', service), 'cftunnel.io/Exposed');
  }

  async becomesWell(): Promise<void> {
    const { complaints } = await recovery(this.user);
    if (complaints.length > 0) throw new Error(['something is not as wished:', ...complaints].join('\n  '));
  }

  stop(): Promise<void> {
    return this.world.stop();
  }
}
