/** One thing that was checked. */
export interface Finding {
  /** What it is about, such as `Cluster` or `Tunnel shop/home`. */
  readonly subject: string;
  readonly status: FindingStatus;
  /** A sentence that says what to do, unless all is well. */
  readonly message: string;
}

/** `unknown`: it could not be checked, which is no failure. */
export type FindingStatus = 'ok' | 'warning' | 'failed' | 'unknown';

export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ status }) => status !== 'failed');
}
