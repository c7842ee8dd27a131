// Writes docs/reference/*.md from the tables in src/ and from the CRD; with --check only compares.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { ANNOTATION_ALIASES } from '../src/api/annotation-aliases.ts';
import { VALUE_KINDS } from '../src/api/annotation-rule.ts';
import { ORIGIN, SERVICE_ANNOTATIONS } from '../src/api/annotations.ts';
import {
  ACCESS_REASONS,
  CHANGE_REASONS,
  EXPOSED_REASONS,
  WARNING_REASONS,
  TUNNEL_REASONS,
} from '../src/api/conditions.ts';
import { INGRESS_ANNOTATIONS } from '../src/api/ingress-annotations.ts';
import { CONNECTOR_DEFAULTS } from '../src/core/model/connector-defaults.ts';
import { createMetrics } from '../src/adapters/telemetry/metrics.ts';
import { COMMANDS } from '../src/cli/commands.ts';
import { FLAGS, variableOf } from '../src/options.ts';

const isCheck = process.argv.includes('--check');
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
const table = (header, rows) =>
  [header, header.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const code = (text) => `\`${text}\``;

function annotations() {
  const rowOf = ({ key, kind, default: standard, meaning }) => [code(key), VALUE_KINDS[kind], standard, meaning];
  const rows = SERVICE_ANNOTATIONS.map(rowOf);
  const shared = INGRESS_ANNOTATIONS.filter(({ key }) => !key.startsWith('cftunnel.io/origin-'));
  const aliases = ANNOTATION_ALIASES.map(({ key, means, meaning }) => [code(key), code(means), meaning]);
  return [
    '# Service annotations',
    table(['Annotation', 'Value', 'Default', 'Meaning'], rows),
    '## Ingresses and Gateways',
    `An Ingress of the class \`cftunnel\` can have ${shared.map(({ key }) => code(key)).join(', ')} and \`cftunnel.io/origin-*\`. An Ingress or Gateway of another class that names a Tunnel can have these but \`cftunnel.io/session\`, and:`,
    table(['Annotation', 'Value', 'Default', 'Meaning'], [rowOf(ORIGIN)]),
    '## Annotations of another operator',
    'Accepted for migration, with a Normal event that names the new key. If both are set, ours takes precedence.',
    table(['Annotation', 'Read as', 'Meaning'], aliases),
    '',
  ].join('\n\n');
}

function flags() {
  const rows = FLAGS.map(({ name, default: standard, meaning }) => [
    code(`--${name}`),
    code(variableOf(name)),
    standard === '' ? '' : code(standard),
    meaning,
  ]);
  return `# Flags of the operator\n\nA flag takes precedence over its environment variable, which takes precedence over the default.\n\n${table(['Flag', 'Environment', 'Default', 'Meaning'], rows)}\n`;
}

function reasons() {
  const list = (reasons) =>
    table(
      ['Reason', 'What it means, and what to do'],
      Object.entries(reasons).map(([reason, text]) => [code(reason), text]),
    );
  return (
    [
      '# Conditions and reasons',
      'Conditions, events and metrics use the same reasons.',
      '## Service: `cftunnel.io/Exposed`; Ingress: events',
      list(EXPOSED_REASONS),
      'Warnings about an object that is served nevertheless. They are in events, and in the condition after the URLs.',
      list(WARNING_REASONS),
      '## Tunnel: `Ready` and its parts',
      '`Ready` is the summary of `CredentialsReady`, `TunnelReady`, `ConfigReady`, `ConnectorsReady` and `DNSReady`. `Reconciling` and `Stalled` exist only while they are true.',
      list(TUNNEL_REASONS),
      '## AccessPolicy and AccessServiceToken: `Ready`',
      'They share the reasons about credentials, Cloudflare and Kubernetes with Tunnels.',
      list(ACCESS_REASONS),
      '## Changes',
      'Normal events, on the Service or Ingress for its own DNS record and on the Tunnel for everything else. The log contains them too.',
      list(CHANGE_REASONS),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

/** Reads defaults of the connectors from the operator, because the CRD does not contain them. */
function operatorDefault(path) {
  return path.split('.').reduce((value, name) => value?.[name], { cloudflared: CONNECTOR_DEFAULTS });
}

/** An object whose fields have rows of their own shows its defaults there. */
function defaultText(value, schema) {
  if (value === undefined || schema.properties) return '';
  if (typeof value !== 'object') return code(value);
  return Object.entries(value)
    .map(([name, item]) => code(`${name}: ${item}`))
    .join(', ');
}

function tunnel() {
  return kind(
    'tunnels',
    "Defaults of `cloudflared` are those of the operator's release. They are not stored in the object, so a new release can change them.",
  );
}

function accessPolicy() {
  return kind('accesspolicies', 'The rules of `require` and `exclude` are of the same kinds as those of `include`.');
}

function accessServiceToken() {
  return kind('accessservicetokens', 'The fields of `status` have no secret: it is in the Secret alone.');
}

/** The fields of the spec of a kind. Of lists, only `include` has rows for what is in it. */
function kind(plural, note) {
  const { spec } = load(readFileSync(`crds/${plural}.cftunnel.io.yaml`, 'utf8'));
  const { properties } = spec.versions[0].schema.openAPIV3Schema.properties.spec;
  const rows = [];
  const walk = (fields, prefix) => {
    for (const [name, schema] of Object.entries(fields)) {
      const path = `${prefix}${name}`;
      const standard = defaultText(schema.default ?? operatorDefault(path), schema);
      const type = schema.enum ? schema.enum.map((word) => word || '""').join(', ') : schema.type;
      rows.push([code(path), type ?? '', standard, schema.description ?? '']);
      if (schema.properties && name !== 'selector') walk(schema.properties, `${path}.`);
      if (name === 'include') walk(schema.items.properties, `${path}[].`);
    }
  };
  walk(properties, '');
  return `# ${spec.names.kind} (\`cftunnel.io/v1alpha1\`), spec\n\n${note}\n\n${table(['Field', 'Type', 'Default', 'Meaning'], rows)}\n`;
}

/** A scrape needs sources; the descriptions do not. */
function metrics() {
  const described = createMetrics({ version: '', hostnames: 0 }).describe();
  const rows = described.map(({ name, type, labelNames, help }) => [
    code(name),
    type,
    labelNames.map(code).join(', '),
    help,
  ]);
  return [
    '# Metrics',
    'Served at `/metrics` on `--metrics-bind-address`. What to make of them, and the alerts and dashboards that use them: [monitoring](../monitoring.md).',
    table(['Metric', 'Type', 'Labels', 'Meaning'], rows),
    'The label `tunnel` is `namespace/name` of the Tunnel. Samples of a Tunnel or hostname disappear with it.',
    'The usual metrics of a Node.js process (`process_*`, `nodejs_*`) are served too.',
    '',
  ].join('\n\n');
}

/** The values of the chart: what the schema says of each, with the default in values.yaml. */
function helm() {
  const chart = 'deploy/helm/cftunnel-operator';
  const schema = JSON.parse(readFileSync(`${chart}/values.schema.json`, 'utf8'));
  const rows = [];
  const walk = ({ properties }, values, prefix) => {
    for (const [name, inner] of Object.entries(properties)) {
      const value = values?.[name];
      const isSet = value !== null && !['', '{}', '[]', '""'].includes(JSON.stringify(value));
      const standard =
        isSet && !inner.properties ? code(typeof value === 'object' ? JSON.stringify(value) : value) : '';
      rows.push([code(prefix + name), standard, inner.description]);
      if (inner.properties) walk(inner, value, `${prefix}${name}.`);
    }
  };
  walk(schema, load(readFileSync(`${chart}/values.yaml`, 'utf8')), '');
  return `# Values of the Helm chart\n\n\`helm show values ${chart}\` prints them as a file to edit. Any other value is rejected.\n\n${table(['Value', 'Default', 'Meaning'], rows)}\n`;
}

/** Every command of the command line, from the declarations that its parser uses. */
function cli() {
  const section = ({ name, summary, arguments: positional = [], flags: own, examples, exitCodes = {} }) => {
    const words = positional.map(({ name: word, isVariadic, isOptional }) => {
      const text = `${word.toUpperCase()}${isVariadic ? '...' : ''}`;
      return isOptional ? `[${text}]` : text;
    });
    const rows = [
      ...positional.map((argument) => [code(argument.name.toUpperCase()), '', meaningOf(argument)]),
      ...own.map((flag) => [code(flagText(flag)), flag.default ? code(flag.default) : '', meaningOf(flag)]),
    ];
    const codes = Object.entries({ 0: 'done', 1: 'failed', 2: 'wrong usage', ...exitCodes });
    return [
      `## ${name}`,
      summary,
      `\`\`\`sh\n${examples.map(([line, meaning]) => `# ${meaning}\n${line}`).join('\n')}\n\`\`\``,
      `Usage: ${['cftunnel', name, ...words, ...(own.length > 0 ? ['[flags]'] : [])].join(' ')}`,
      rows.length === 0 ? '' : table(['Argument or flag', 'Default', 'Meaning'], rows),
      `Exit codes: ${codes.map(([number, meaning]) => `${number} ${meaning}`).join(', ')}.`,
    ].filter((part) => part !== '');
  };
  const shown = COMMANDS.filter(({ isHidden }) => !isHidden);
  return ['# Commands', 'How to install and use them: [command line](../cli.md).', ...shown.flatMap(section), ''].join(
    '\n\n',
  );
}

function flagText({ name, short, value }) {
  return `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value.toUpperCase()}` : ''}`;
}

function meaningOf({ meaning, choices }) {
  return choices ? `${meaning} One of ${choices.join(', ')}.` : meaning;
}

const { format } = await import('prettier');
mkdirSync('docs/reference', { recursive: true });
const PAGES = {
  'access-policy': accessPolicy,
  'access-service-token': accessServiceToken,
  annotations,
  cli,
  flags,
  helm,
  metrics,
  reasons,
  tunnel,
};
for (const [name, make] of Object.entries(PAGES)) {
  const text = await format(`<!-- Generated by tools/gen-docs.mjs. Do not edit. -->\n\n${make()}`, {
    parser: 'markdown',
    printWidth: 120,
  });
  const target = `docs/reference/${name}.md`;
  if (!isCheck) writeFileSync(target, text);
  else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    process.exitCode = 1;
    console.error(`${target} is stale: run npm run generate`);
  }
}
