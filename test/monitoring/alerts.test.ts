/** The alerts, as Prometheus evaluates them, and their runbooks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { describeWith } from '../support/programs.ts';
import { ALERT_CASES, type AlertCase } from './alert-cases.ts';
import { ALERTS_FILE, MONITORING_FOLDER, readAlerts } from './alert-rules.ts';
import { type UnitTest, checkConfig, checkRules, testRules } from './promtool.ts';

interface ScrapeConfig {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly Readonly<Record<string, unknown>>[];
}

const ALERTS = readAlerts();
const SCRAPE_FILE = join(MONITORING_FOLDER, 'scrape-config.yaml');
const NAMES = ALERTS.map(({ alert }) => alert);
const RUNBOOKS = readFileSync(join(import.meta.dirname, '../../docs/runbooks.md'), 'utf8');
const MONITORING = readFileSync(join(import.meta.dirname, '../../docs/monitoring.md'), 'utf8');
const SECTIONS = [...RUNBOOKS.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title);

// Invariant 43.
describe('every alert', () => {
  it('has a case in which it fires and one in which it stays silent', () => {
    expect(ALERT_CASES.map(({ alert }) => alert)).toEqual(NAMES);
  });

  it('has a section in the runbooks, and every section has an alert', () => {
    expect(SECTIONS).toEqual(NAMES);
  });

  it('is in the table of the docs, with its severity', () => {
    const rows = [...MONITORING.matchAll(/^\| \[(\w+)\]\(runbooks\.md#(\w+)\) +\| (\w+) +\|/gm)];

    expect(rows.map(([, alert, anchor, severity]) => ({ alert, anchor, severity }))).toEqual(
      ALERTS.map(({ alert, labels }) => ({ alert, anchor: alert.toLowerCase(), severity: labels['severity'] })),
    );
  });

  it.each(ALERTS)('says what happened and what to do, and links to its section: $alert', (rule) => {
    const { alert, labels, annotations } = rule;

    expect(annotations).toEqual({
      summary: expect.stringMatching(/^.{10,100}$/),
      description: expect.stringMatching(/^.{80,400}\.$/),
      runbook_url: `docs/runbooks.md#${alert.toLowerCase()}`,
    });
    expect(['critical', 'warning', 'info']).toContain(labels['severity']);
  });
});

describeWith('promtool', 'Prometheus', (promtool) => {
  it('accepts the alerts', async () => {
    expect(await checkRules(promtool, ALERTS_FILE)).toContain(`SUCCESS: ${NAMES.length} rules found`);
  });

  it('accepts the configuration for those who have no Prometheus operator', async () => {
    const { rule_files: files, scrape_configs: jobs } = load(readFileSync(SCRAPE_FILE, 'utf8')) as ScrapeConfig;
    const config = {
      rule_files: files.map((file) => join(MONITORING_FOLDER, file)),
      scrape_configs: jobs.map(withTargets),
    };

    expect(await checkConfig(promtool, config)).toContain('1 rule files found');
  });

  it('fires each of them, with the texts that people read', async () => {
    const tests = ALERT_CASES.map(({ alert, fires }) => {
      const expected = { exp_labels: { ...labelsOf(alert), ...fires.labels }, exp_annotations: texts(alert, fires) };
      return unitTest(alert, fires, [expected]);
    });

    expect(await testRules(promtool, ALERTS_FILE, tests)).toContain('SUCCESS');
  });

  it('keeps each of them silent while there is no need for it', async () => {
    const tests = ALERT_CASES.map(({ alert, silent }) => unitTest(alert, silent, []));

    expect(await testRules(promtool, ALERTS_FILE, tests)).toContain('SUCCESS');
  });
});

function unitTest(alert: string, { series, at }: AlertCase['silent'], expected: readonly object[]): UnitTest {
  const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const check = { eval_time: at, alertname: alert, exp_alerts: expected };
  return { name: alert, interval: '1m', input_series: input, alert_rule_test: [check] };
}

/** Debian builds promtool without the discovery of Kubernetes. */
function withTargets({ kubernetes_sd_configs: discovery, ...job }: Readonly<Record<string, unknown>>): object {
  return discovery === undefined ? job : { ...job, static_configs: [{ targets: ['pod:8080'] }] };
}

function labelsOf(alert: string): Readonly<Record<string, string>> {
  return ALERTS.find((rule) => rule.alert === alert)?.labels ?? {};
}

/** The annotations with labels and value filled in. */
function texts(alert: string, { labels, value = '' }: AlertCase['fires']): Readonly<Record<string, string>> {
  const { annotations = {} } = ALERTS.find((rule) => rule.alert === alert) ?? {};
  const filled = Object.entries(annotations).map(([name, text]) => [
    name,
    text
      .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? `no label ${label}`)
      .replaceAll(/\{\{ \$value[^}]*\}\}/g, value),
  ]);
  return Object.fromEntries(filled) as Readonly<Record<string, string>>;
}
