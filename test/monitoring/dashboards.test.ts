/** The dashboards, as Grafana reads them. That their queries return something is shown by the scenario `metrics`. */
import { describe, expect, it } from '@jest/globals';
import { describeWith } from '../support/programs.ts';
import { checkExpressions } from './promtool.ts';
import { DASHBOARDS, DASHBOARD_QUERIES, type Panel } from './queries.ts';

// Invariant 43.
describe.each(DASHBOARDS)('the dashboard $title', ({ panels, templating }) => {
  it('gives every panel an id of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('explains every panel', () => {
    const silent = panels.filter(({ type, description = '' }) => type !== 'row' && !/^.{10,}\.$/.test(description));

    expect(silent.map(({ title }) => title)).toEqual([]);
  });

  it('has no panels that overlap, or reach beyond the page', () => {
    const overlaps = panels.flatMap((one, index) =>
      panels
        .slice(index + 1)
        .filter((other) => overlap(one, other))
        .map((other) => `${one.title}, ${other.title}`),
    );

    expect(overlaps).toEqual([]);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });

  it('uses no variable that it does not have', () => {
    const known = new Set(['$__rate_interval', ...templating.list.map(({ name }) => `$${name}`)]);
    const used = panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => expr.match(/\$\w+/g) ?? []));

    expect(used.filter((variable) => !known.has(variable))).toEqual([]);
  });
});

describeWith('promtool', 'Prometheus', (promtool) => {
  it('can parse every query of the dashboards', async () => {
    const expressions = DASHBOARD_QUERIES.map(({ expr }) => expr);

    expect(await checkExpressions(promtool, expressions)).toContain(`SUCCESS: ${expressions.length} rules found`);
  });
});

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
