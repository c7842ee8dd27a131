import type { ObjectKey } from '../../api/objects.ts';
import type { EndedPass, PassObserver } from '../../runtime/controller.ts';

/** Remembers when the last pass over each Tunnel ended without a failure. */
export class LastSuccesses implements PassObserver {
  /** Seconds since 1970. */
  readonly #at = new Map<ObjectKey, number>();

  ended({ controller, key, failures }: EndedPass): void {
    if (controller === 'tunnel' && failures.length === 0) this.#at.set(key, Date.now() / 1000);
  }

  /** Seconds since 1970; 0: no pass of this process has succeeded. */
  at(tunnel: ObjectKey): number {
    return this.#at.get(tunnel) ?? 0;
  }

  /** Forgets all other Tunnels. */
  keep(tunnels: readonly ObjectKey[]): void {
    const kept = new Set(tunnels);
    for (const tunnel of this.#at.keys()) if (!kept.has(tunnel)) this.#at.delete(tunnel);
  }
}
