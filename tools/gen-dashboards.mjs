// Writes Grafana's dashboards from the descriptions in tools/dashboards; with --check only compares.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { grafanaDashboard } from './dashboards/grafana.mjs';
import { OPERATOR } from './dashboards/operator.mjs';
import { TUNNELS } from './dashboards/tunnels.mjs';

const isCheck = process.argv.includes('--check');
const FOLDER = 'deploy/helm/cftunnel-operator/files/monitoring/dashboards';

const { format } = await import('prettier');
mkdirSync(FOLDER, { recursive: true });
for (const [name, description] of Object.entries({ operator: OPERATOR, tunnels: TUNNELS })) {
  const text = await format(JSON.stringify(grafanaDashboard(description)), { parser: 'json', printWidth: 120 });
  const target = `${FOLDER}/${name}.json`;
  if (!isCheck) writeFileSync(target, text);
  else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    process.exitCode = 1;
    console.error(`${target} is stale: run npm run generate`);
  }
}
