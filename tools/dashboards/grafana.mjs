// Turns the compact description of a dashboard into Grafana's model. Panels flow from left to right, row by row.
const WIDTH = 24;

/** Type, width and height of each kind of panel. */
const KINDS = {
  stat: { type: 'stat', w: 6, h: 4 },
  graph: { type: 'timeseries', w: 12, h: 8 },
  bars: { type: 'bargauge', w: 24, h: 6 },
  table: { type: 'table', w: 12, h: 9 },
};
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

export function grafanaDashboard({ uid, title, variables, rows }) {
  return {
    uid,
    title,
    tags: ['cftunnel'],
    schemaVersion: 39,
    editable: true,
    refresh: '1m',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [datasource(), ...variables.map(variable)] },
    panels: layOut(rows).map((panel, index) => ({ id: index + 1, ...panel })),
  };
}

function datasource() {
  return { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' };
}

function variable({ name, label, of }) {
  const query = `label_values(${of}, ${name})`;
  return {
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: name },
    definition: query,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
  };
}

function layOut(rows) {
  const placed = [];
  let y = 0;
  for (const { title, panels } of rows) {
    placed.push({ type: 'row', title, collapsed: false, panels: [], gridPos: { x: 0, y, w: WIDTH, h: 1 } });
    y += 1;
    let [x, height] = [0, 0];
    for (const panel of panels) {
      const { w, h } = KINDS[panel.kind ?? 'graph'];
      if (x + w > WIDTH) [x, y, height] = [0, y + height, 0];
      placed.push(grafanaPanel(panel, { x, y, w, h }));
      [x, height] = [x + w, Math.max(height, h)];
    }
    y += height;
  }
  return placed;
}

function grafanaPanel({ title, about, kind = 'graph', queries, ...look }, gridPos) {
  const isInstant = kind !== 'graph';
  return {
    type: KINDS[kind].type,
    title,
    description: about,
    gridPos,
    datasource: DATASOURCE,
    fieldConfig: { defaults: fieldDefaults(look), overrides: [] },
    options: OPTIONS[kind](look),
    ...(kind === 'table' ? { transformations: onlyColumns(look.columns) } : {}),
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend ?? '',
      ...(isInstant ? { instant: true, range: false } : { instant: false, range: true }),
      ...(kind === 'table' ? { format: 'table' } : {}),
    })),
  };
}

const OPTIONS = {
  stat: ({ showName }) => ({
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    textMode: showName ? 'value_and_name' : 'value',
    colorMode: 'value',
    graphMode: 'none',
  }),
  graph: () => ({ legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } }),
  bars: () => ({ reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, displayMode: 'basic' }),
  table: () => ({ showHeader: true }),
};

function fieldDefaults({ unit = 'short', min, thresholds }) {
  const steps = Object.entries(thresholds ?? { green: null }).map(([color, value]) => ({ color, value }));
  return { unit, ...(min === undefined ? {} : { min }), thresholds: { mode: 'absolute', steps } };
}

/** The labels of the samples, without time and value. */
function onlyColumns(columns) {
  const indexByName = Object.fromEntries(columns.map((name, index) => [name, index]));
  return [{ id: 'organize', options: { excludeByName: { Time: true, Value: true }, indexByName } }];
}
