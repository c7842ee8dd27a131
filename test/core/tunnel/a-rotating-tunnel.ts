import { type RotationAction, decideRotation } from '../../../src/core/tunnel/rotation.ts';
import type { RotationRecord } from '../../../src/core/tunnel/rotation-record.ts';
import type { FindNextTime, Schedule } from '../../../src/core/tunnel/rotation-schedule.ts';

export type CallFault = 'none' | 'killed-before' | 'killed-after' | 'lost-answer';

const HOUR_MS = 3_600_000;

/** Every full hour, except for the schedule `never`. */
export const everyHour: FindNextTime = ({ schedule }, after) =>
  schedule === 'never'
    ? { field: 'schedule', problem: 'matches no date' }
    : { time: timeAt((Math.floor(Date.parse(after) / HOUR_MS) + 1) * HOUR_MS) };

/** A tunnel at Cloudflare, its credentials Secret, and operators that carry out decisions and fail at calls. */
export function aRotatingTunnel({ schedule }: { readonly schedule?: Schedule } = {}) {
  return new RotatingTunnel(schedule);
}

class RotatingTunnel {
  requested: string | undefined;
  /** The secret in force at Cloudflare. */
  inForce = 'first';
  /** The credentials Secret. */
  held: { readonly tunnelSecret: string; readonly rotation: RotationRecord } = { tunnelSecret: 'first', rotation: {} };
  /** Every secret that Cloudflare was told, in order. */
  readonly secretsSet: string[] = [];
  /** Every secret that the connectors could start with, in order. */
  readonly secretsHeld: string[] = ['first'];
  readonly #schedule: Schedule | undefined;
  #nowMs = Date.parse('2026-03-01T10:30:00Z');
  #made = 0;

  constructor(schedule: Schedule | undefined) {
    this.#schedule = schedule;
  }

  /** Lets time pass while no operator runs. Returns whether the planned time has come. */
  pass(minutes: number): boolean {
    this.#nowMs += minutes * 60_000;
    return this.#nowMs >= Date.parse(this.held.rotation.next?.time ?? '');
  }

  /** One operator after another, each until it fails or has nothing left to do. */
  run(faults: readonly CallFault[]): void {
    const left = [...faults];
    while (left.length > 0) this.#operate(left);
  }

  runUntilSettled(faults: readonly CallFault[]): void {
    this.run(faults);
    this.#operate([]);
  }

  /** An operator knows at first only what is stored, and ends at the first fault. */
  #operate(faults: CallFault[]): void {
    let inForce: string | undefined;
    for (;;) {
      const action = decideRotation(this.#facts(inForce), everyHour);
      if (action.kind === 'none') return void faults.shift();
      const fault = faults.shift() ?? 'none';
      if (fault === 'killed-before') return;
      inForce = this.#perform(action, inForce);
      if (fault !== 'none') return;
    }
  }

  #perform(action: Exclude<RotationAction, { kind: 'none' }>, inForce: string | undefined): string | undefined {
    switch (action.kind) {
      case 'plan':
        return this.#store(this.held.tunnelSecret, action.record, inForce);
      case 'prepare': {
        const pending = {
          tunnelSecret: this.#newSecret(),
          ...(action.request === undefined ? {} : { request: action.request }),
        };
        return this.#store(this.held.tunnelSecret, { ...this.held.rotation, pending }, this.held.tunnelSecret);
      }
      case 'read':
        return this.inForce;
      case 'set':
        this.secretsSet.push(action.tunnelSecret);
        this.inForce = action.tunnelSecret;
        return this.inForce;
      case 'adopt':
        return this.#store(action.tunnelSecret, this.held.rotation, inForce);
      case 'finish':
        return this.#store(action.tunnelSecret, action.record, inForce);
      default:
        return action satisfies never;
    }
  }

  #store(tunnelSecret: string, rotation: RotationRecord, inForce: string | undefined): string | undefined {
    this.held = { tunnelSecret, rotation };
    this.secretsHeld.push(tunnelSecret);
    return inForce;
  }

  #newSecret(): string {
    this.#made += 1;
    return `secret ${this.#made}`;
  }

  #facts(inForce: string | undefined) {
    return {
      now: timeAt(this.#nowMs),
      requested: this.requested,
      schedule: this.#schedule,
      record: this.held.rotation,
      current: this.held.tunnelSecret,
      inForce,
      isUncertain: false,
      areConnectorsComplete: true,
    };
  }
}

function timeAt(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
