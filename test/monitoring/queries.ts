/** Every query of the alerts and dashboards, and what it refers to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MONITORING_FOLDER, readAlerts } from './alert-rules.ts';

export interface Query {
  /** Where the query is. */
  readonly of: string;
  readonly expr: string;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
  readonly panels: readonly Panel[];
}

export const DASHBOARDS = ['operator', 'tunnels'].map(
  (name) => JSON.parse(readFileSync(join(MONITORING_FOLDER, 'dashboards', `${name}.json`), 'utf8')) as Dashboard,
);

/** What Grafana fills in. */
const VARIABLES: Readonly<Record<string, string>> = { $__rate_interval: '5m', $namespace: '.*', $tunnel: '.*' };

function filled(expr: string): string {
  return Object.entries(VARIABLES).reduce((text, [variable, value]) => text.replaceAll(variable, value), expr);
}

export const ALERT_QUERIES: readonly Query[] = readAlerts().map(({ alert, expr }) => ({ of: alert, expr }));

export const DASHBOARD_QUERIES: readonly Query[] = DASHBOARDS.flatMap((dashboard) => [
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ of: `${dashboard.title}: ${title}`, expr: filled(expr) })),
  ),
  ...dashboard.templating.list.flatMap(({ name, definition }) => {
    const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(definition ?? '') ?? [];
    const expr = `count by (${label}) (${filled(selector ?? '')})`;
    return definition === undefined ? [] : [{ of: `${dashboard.title}: variable ${name}`, expr }];
  }),
]);

const METRIC = /\b((?:cftunnel|cloudflared|nodejs|process)_\w+|build_info)\b(?:\{([^}]*)\})?/g;
const GROUPING = /\b(?:by|on)\s*\(([^)]*)\)/g;

export interface Selector {
  readonly metric: string;
  /** The labels by which it selects. */
  readonly labels: readonly string[];
}

export function selectorsIn(expr: string): readonly Selector[] {
  return [...expr.matchAll(METRIC)].map(([, metric = '', matchers = '']) => ({
    metric,
    labels: [...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label),
  }));
}

/** The labels by which an expression groups or joins. */
export function groupingIn(expr: string): readonly string[] {
  return [...expr.matchAll(GROUPING)].flatMap(([, labels = '']) => labels.split(',').map((label) => label.trim()));
}
