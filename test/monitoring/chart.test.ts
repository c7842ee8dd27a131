/** What the chart installs for Prometheus and Grafana, as the real helm renders it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { LABEL_TUNNEL } from '../../src/api/names.ts';
import { deploymentFor } from '../../src/core/manifests/deployment.ts';
import { aTunnel } from '../support/builders.ts';
import { run, template } from '../support/chart.ts';
import type { KubeObject } from '../support/kube-client.ts';
import { DEPLOY_FOLDER, manifestsIn } from '../support/manifests.ts';
import { describeWith } from '../support/programs.ts';
import { ALERTS_FILE, MONITORING_FOLDER } from './alert-rules.ts';

const SWITCHES = ['serviceMonitor', 'podMonitor', 'prometheusRule', 'dashboards'];
const ALL = `--set=${SWITCHES.map((name) => `${name}.enabled=true`).join(',')}`;
const KINDS = new Set(['ServiceMonitor', 'PodMonitor', 'PrometheusRule', 'ConfigMap']);

interface Monitor {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly namespaceSelector?: unknown;
  readonly endpoints?: readonly { readonly port: string; readonly interval?: string }[];
  readonly podMetricsEndpoints?: readonly {
    readonly port: string;
    readonly relabelings: readonly { readonly sourceLabels: readonly string[]; readonly separator: string }[];
  }[];
}

interface Workload {
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: { readonly containers: readonly { readonly ports: readonly { readonly name: string }[] }[] };
  };
}

function find(objects: readonly KubeObject[], kind: string): KubeObject {
  const found = objects.find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found;
}

function monitorIn(objects: readonly KubeObject[], kind: string): Monitor {
  return find(objects, kind)['spec'] as unknown as Monitor;
}

describeWith('helm', 'the chart', (helm) => {
  it('installs nothing for Prometheus and Grafana unless it is asked to', () => {
    expect(template(helm).filter(({ kind }) => KINDS.has(kind))).toEqual([]);
  });

  it('has Prometheus scrape each pod of the operator through the Service', () => {
    const objects = template(helm, ALL, '--set=serviceMonitor.interval=15s');
    const service = find(objects, 'Service');
    const { selector, endpoints } = monitorIn(objects, 'ServiceMonitor');

    expect(service.metadata.labels).toMatchObject(selector.matchLabels);
    expect(service['spec']).toMatchObject({ clusterIP: 'None', ports: [{ name: endpoints?.[0]?.port }] });
    expect(endpoints).toEqual([{ port: 'metrics', interval: '15s' }]);
  });

  it('has Prometheus scrape the connectors, and label their samples with the Tunnel', () => {
    const {
      selector,
      podMetricsEndpoints: [endpoint] = [],
      namespaceSelector,
    } = monitorIn(template(helm, ALL), 'PodMonitor');
    const hashes = { config: 'a', credentials: 'b' };
    const pods = (deploymentFor(aTunnel('shop/home'), hashes).spec as Workload).template;

    expect(pods.metadata.labels).toMatchObject(selector.matchLabels);
    expect(pods.spec.containers[0]?.ports.map(({ name }) => name)).toContain(endpoint?.port);
    expect(endpoint?.relabelings).toEqual([
      {
        sourceLabels: ['__meta_kubernetes_namespace', `__meta_kubernetes_pod_label_${labelName(LABEL_TUNNEL)}`],
        separator: '/',
        targetLabel: 'tunnel',
      },
    ]);
    expect(namespaceSelector).toEqual({ any: true });
  });

  it('looks for connectors only where the operator does', () => {
    const spec = monitorIn(template(helm, ALL, '--set=namespaced=true'), 'PodMonitor');

    expect(spec.namespaceSelector).toEqual({ matchNames: ['cftunnel-system'] });
  });

  it('hands the alerts on as they are, and links them to the docs', () => {
    const alerts = readFileSync(ALERTS_FILE, 'utf8');
    const url = 'https://docs.example.com';
    const linked = find(template(helm, ALL, `--set=prometheusRule.docsUrl=${url}/`), 'PrometheusRule');

    expect(find(template(helm, ALL), 'PrometheusRule')['spec']).toEqual(load(alerts));
    expect(linked['spec']).toEqual(load(alerts.replaceAll('runbook_url: docs/', `runbook_url: ${url}/`)));
  });

  it('hands the dashboards on as they are', () => {
    const maps = template(helm, ALL).filter(({ kind }) => kind === 'ConfigMap');

    expect(maps.map(({ data }) => Object.entries(data ?? {}))).toEqual(
      ['operator', 'tunnels'].map((name) => [
        [
          `cftunnel-${name}.json`,
          readFileSync(join(MONITORING_FOLDER, 'dashboards', `${name}.json`), 'utf8').trimEnd(),
        ],
      ]),
    );
    for (const { metadata } of maps) expect(metadata.labels).toMatchObject({ grafana_dashboard: '1' });
  });

  it.each(SWITCHES)('gives what %s installs the labels by which it is selected', (name) => {
    const flags = [`--set=${name}.enabled=true`, `--set=${name}.labels.release=prometheus`];
    const installed = template(helm, ...flags).filter(({ kind }) => KINDS.has(kind));

    expect(installed).not.toEqual([]);
    for (const { metadata } of installed) expect(metadata.labels).toMatchObject({ release: 'prometheus' });
  });

  it('says that a ServiceMonitor needs the Service', () => {
    expect(() => run(helm, 'template', ALL, '--set=metrics.service.enabled=false')).toThrow(
      'set metrics.service.enabled to true',
    );
  });
});

describe('the folder for kustomize', () => {
  it('has all of it', () => {
    const kinds = manifestsIn(join(DEPLOY_FOLDER, 'monitoring')).map(({ kind }) => kind);

    expect(kinds.toSorted()).toEqual(['ConfigMap', 'ConfigMap', 'PodMonitor', 'PrometheusRule', 'ServiceMonitor']);
  });
});

/** A label of Kubernetes as the name of one of Prometheus. */
function labelName(label: string): string {
  return label.replaceAll(/[^a-zA-Z0-9_]/g, '_');
}
