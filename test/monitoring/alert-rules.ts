/** The alerts that the chart installs, as a rule file of Prometheus has them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export const MONITORING_FOLDER = join(import.meta.dirname, '../../deploy/helm/cftunnel-operator/files/monitoring');
export const ALERTS_FILE = join(MONITORING_FOLDER, 'alerts.yaml');

export function readAlerts(): readonly AlertRule[] {
  const { groups } = load(readFileSync(ALERTS_FILE, 'utf8')) as {
    readonly groups: readonly { readonly rules: readonly AlertRule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}
