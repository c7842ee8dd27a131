/** Rules of the code base: which folder may import which, where packages may be used, and what core must not do. */
import { basename, dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type SourceFile, sourceFile, sourceFiles, withoutComments } from './support/source-files.ts';

interface Layer {
  readonly may: readonly string[];
  /** Must not import packages or `node:` modules. */
  readonly isPure: boolean;
}

/** Which folder of src/ may import which. */
const LAYERS: Readonly<Record<string, Layer>> = {
  api: { may: ['api'], isPure: true },
  core: { may: ['core', 'api'], isPure: true },
  runtime: { may: ['runtime', 'api'], isPure: false },
  adapters: { may: ['adapters', 'core', 'api', 'runtime'], isPure: false },
  controllers: { may: ['controllers', 'core', 'api', 'runtime'], isPure: true },
  commands: { may: ['commands', 'core', 'api'], isPure: true },
  wiring: { may: ['wiring', 'controllers', 'adapters', 'runtime', 'core', 'api'], isPure: false },
  cli: { may: ['cli', 'commands', 'wiring', 'adapters', 'core', 'api'], isPure: false },
};

/** Files of no layer that every program may import. */
const SHARED: ReadonlySet<string> = new Set(['src/version.ts', 'src/require-node.mjs']);

/** Which folder of src/core may import which others. Each may import the files at the top of src/core, and those nothing. */
const CORE: Readonly<Record<string, readonly string[]>> = {
  model: [],
  sources: ['model'],
  protection: ['model'],
  applications: ['model', 'access'],
  'sources/annotations': ['model', 'protection'],
  'sources/backend': ['model', 'sources', 'sources/annotations'],
  'sources/elsewhere': ['model', 'protection', 'sources', 'sources/annotations', 'sources/backend', 'lan'],
  'sources/gateway': [
    'lan',
    'model',
    'protection',
    'sources',
    'sources/annotations',
    'sources/backend',
    'sources/elsewhere',
    'gateway',
  ],
  'sources/grpc-route': ['model', 'sources', 'gateway'],
  'sources/http-route': ['model', 'sources', 'gateway'],
  lan: ['model', 'sources/annotations'],
  'sources/ingress': [
    'model',
    'protection',
    'sources',
    'sources/annotations',
    'sources/backend',
    'sources/elsewhere',
    'lan',
  ],
  'sources/service': ['model', 'protection', 'sources', 'sources/annotations', 'sources/backend', 'lan'],
  gateway: ['model', 'lan', 'sources', 'sources/annotations', 'status'],
  'ca-pool': ['model'],
  'published-routes': ['model'],
  routing: ['model', 'protection', 'lan', 'ca-pool', 'published-routes', 'proxy'],
  proxy: ['model', 'ca-pool'],
  ingress: ['model', 'ca-pool', 'published-routes', 'proxy'],
  'remote-config': ['model', 'ca-pool', 'ingress', 'proxy'],
  dns: ['model'],
  tunnel: ['model', 'dns'],
  access: ['model', 'dns', 'tunnel', 'status'],
  manifests: ['model', 'ingress', 'published-routes', 'proxy', 'tunnel'],
  status: ['model', 'dns', 'routing', 'tunnel'],
  uninstall: ['model'],
  migrate: ['model', 'sources'],
  'migrate/cloudflared': ['model', 'migrate'],
  'migrate/adyanth': ['model', 'migrate'],
  'migrate/strrl': ['model', 'migrate'],
  'migrate/external-dns': ['model', 'migrate', 'migrate/cloudflared'],
  installed: ['model'],
  adopt: ['remote-config', 'tunnel'],
  check: ['model', 'installed'],
  overview: ['sources', 'model', 'protection', 'routing', 'status'],
  steering: [],
  explain: ['model', 'applications', 'sources', 'ingress', 'published-routes', 'preview'],
  preview: [
    'model',
    'applications',
    'sources',
    'ca-pool',
    'published-routes',
    'routing',
    'ingress',
    'remote-config',
    'manifests',
    'dns',
    'tunnel',
  ],
};

/** Adapters for one external system each, which do not know the others. */
const SYSTEMS = ['src/adapters/cloudflare/', 'src/adapters/cloudflared/', 'src/adapters/kubernetes/'];

/** The only folders in src/ that may import a package. Packages that are not listed may not be imported. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@kubernetes/client-node': ['src/adapters/kubernetes/', 'src/wiring/operator.ts', 'src/wiring/parts.ts'],
  '@dot-i/k8s-operator': ['src/wiring/operator.ts'],
  cloudflare: ['src/adapters/cloudflare/'],
  croner: ['src/adapters/cron.ts'],
  winston: ['src/adapters/telemetry/logger.ts'],
  'prom-client': ['src/adapters/telemetry/'],
  'js-yaml': ['src/adapters/cloudflared/', 'src/adapters/annotations/', 'src/adapters/documents/'],
  re2js: ['src/adapters/annotations/'],
  rfc6902: ['src/adapters/kubernetes/'],
  selfsigned: ['src/adapters/key-pair.ts'],
  commander: ['src/cli/program.ts'],
  '@bomb.sh/tab': ['src/cli/command/completion/'],
  'package.json': ['src/version.ts'],
};

/** Where failures are caught: at the edges, and by the runtime, which decides what happens to a key. */
const CATCHING = ['src/adapters/', 'src/runtime/', 'src/main.ts', 'src/cli/program.ts', 'src/wiring/operator.ts'];

/** Other files that may catch, with the reason. */
const CATCH_EXCEPTIONS: Readonly<Record<string, string>> = {
  'src/core/published-routes/routes-json.ts': 'JSON that a person may have broken is data, not a failure',
  'src/core/base64.ts': 'base64 that a person may have broken is data, not a failure',
  'src/core/json.ts': 'JSON that a person may have broken is data, not a failure',
  'src/controllers/tunnel/pass/attempt.ts': 'a zone that the token may not read, and need not, holds nothing up',
  'src/controllers/tunnel/owned/retain.ts':
    'an object that may not be read or written holds up neither the others nor the end',
  'src/cli/command/plan/validated.ts':
    'an object in a file that the API server would not accept is data, not a failure',
  'src/controllers/tunnel/clean-up/trace.ts': 'a Secret that went first leaves the access that was opened with it',
};

/** Each kind of source has its own folder; `annotations` and `backend` belong to all of them. */
const KIND_OF_SOURCE = /^src\/core\/sources\/(?!annotations\/|backend\/)[^/]+\//;

const MAX_LINES = 300;

const SOURCES = sourceFiles('src');
const SANDBOX = sourceFiles('packages/sandbox/src');
const SANDBOX_TESTS = sourceFiles('packages/sandbox/test');
const AROUND = ['test', 'bench', 'demo'].flatMap((folder) => sourceFiles(folder));

/** Folders of the operator. */
const OPERATOR = ['src/', 'test/', 'bench/', 'demo/', 'tools/'];

// Invariant 15.
describe('the dependency direction', () => {
  it.each(SOURCES.filter(({ path }) => layerOf(path) !== undefined))('is respected by $path', ({ path, imports }) => {
    const layer = LAYERS[layerOf(path) ?? ''];

    const wrong = imports.filter((target) => {
      if (!target.startsWith('src/') || SHARED.has(target)) return layer?.isPure === true;
      return layer?.may.includes(layerOf(target) ?? '') !== true;
    });

    expect(wrong).toEqual([]);
  });

  it('is respected within core', () => {
    const wrong = SOURCES.filter(({ path }) => layerOf(path) === 'core').flatMap(({ path, imports }) => {
      const own = coreFolderOf(path);
      const others = imports.flatMap((target) => (layerOf(target) === 'core' ? [coreFolderOf(target)] : []));
      const may = new Set(['', own, ...(CORE[own] ?? [])]);
      return others.filter((folder) => !may.has(folder)).map((folder) => `${path} imports ${folder}`);
    });

    expect(wrong).toEqual([]);
  });

  it('has a row for every folder of core', () => {
    const found = SOURCES.filter(({ path }) => layerOf(path) === 'core').map(({ path }) => coreFolderOf(path));

    expect([...new Set(found)].filter((folder) => folder !== '').toSorted()).toEqual(Object.keys(CORE).toSorted());
  });

  it('keeps kinds of sources apart, and lets only the wiring import them', () => {
    const knowing = SOURCES.filter(
      ({ path, imports }) => !KIND_OF_SOURCE.test(path) && imports.some((target) => KIND_OF_SOURCE.test(target)),
    );

    expect(knowing.map(({ path }) => path)).toEqual(['src/wiring/sources.ts']);
  });

  it('covers every folder of src', () => {
    expect([...new Set(SOURCES.flatMap(({ path }) => layerOf(path) ?? []))].toSorted()).toEqual(
      Object.keys(LAYERS).toSorted(),
    );
  });

  it('keeps the adapters of different systems apart', () => {
    const strays = SOURCES.filter(({ path, imports }) => {
      const others = SYSTEMS.filter((system) => !path.startsWith(system));
      return isIn(path, SYSTEMS) && imports.some((target) => isIn(target, others));
    });

    expect(strays.map(({ path }) => path)).toEqual([]);
  });

  it('keeps the operator and the sandbox apart', () => {
    const crossing = [
      ...SOURCES.filter(({ imports }) => usesPackage(imports, 'cftunnel-sandbox')),
      ...[...SANDBOX, ...SANDBOX_TESTS].filter(({ imports }) => imports.some((target) => isIn(target, OPERATOR))),
    ];

    expect(crossing.map(({ path }) => path)).toEqual([]);
  });

  it('allows imports of the sandbox only by the name of its package', () => {
    const strays = [...SOURCES, ...AROUND].filter(({ imports }) => imports.some((t) => t.startsWith('packages/')));

    expect(strays.map(({ path }) => path)).toEqual([]);
  });
});

describe('imports', () => {
  it('have no cycles, including imports of types', () => {
    expect(inCircles([...SOURCES, ...SANDBOX])).toEqual([]);
  });

  it('between folders of src have no cycles either', () => {
    expect(inCircles(folders(SOURCES))).toEqual([]);
  });
});

describe('a package', () => {
  it.each(Object.entries(PACKAGES))('%s is imported only in its allowed folders', (name, places) => {
    const strays = SOURCES.filter(({ path, imports }) => usesPackage(imports, name) && !isIn(path, places));

    expect(strays.map(({ path }) => path)).toEqual([]);
  });

  it('without allowed folders is not imported at all', () => {
    const packages = SOURCES.flatMap(({ imports }) => imports.flatMap((target) => packageOf(target) ?? []));

    expect([...new Set(packages)].filter((name) => !(name in PACKAGES))).toEqual([]);
  });

  it('for Kubernetes is imported by the wiring only for its types', () => {
    const { text } = sourceFile('src/wiring/parts.ts');

    expect([...text.matchAll(/^import (?!type ).*'@kubernetes\/client-node'/gm)]).toEqual([]);
  });
});

// Invariant 15.
describe('core and api', () => {
  const pure = SOURCES.filter(({ path }) => isIn(path, ['src/core/', 'src/api/']));

  it.each(pure)('use no clock, randomness, process or console: $path', ({ text }) => {
    expect(
      withoutComments(text).match(
        /\bDate\.now|\bnew Date\b(?!\([^)])|\bMath\.random|\bprocess\.|\bconsole\.|\bglobalThis\b/g,
      ),
    ).toBeNull();
  });
});

describe('a failure', () => {
  const catching = SOURCES.filter(({ text }) => /\bcatch\b/.test(withoutComments(text))).map(({ path }) => path);

  it('is caught only at the edges and by the runtime', () => {
    const strays = catching.filter((path) => !isIn(path, CATCHING) && !(path in CATCH_EXCEPTIONS));

    expect(strays).toEqual([]);
  });

  it.each(Object.entries(CATCH_EXCEPTIONS))('is still caught in the exception %s: %s', (path) => {
    expect(catching).toContain(path);
  });
});

describe('a file', () => {
  const all = [...SOURCES, ...SANDBOX].filter(({ path }) => !path.endsWith('.gen.ts'));

  it(`has at most ${MAX_LINES} lines`, () => {
    const long = all.filter(({ text }) => text.split('\n').length - 1 > MAX_LINES);

    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('has a name in kebab-case', () => {
    const wrong = all.filter(({ path }) => {
      const name = basename(path, '.ts');
      return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || ['index', 'utils', 'util', 'helpers', 'helper'].includes(name);
    });

    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('has only named exports', () => {
    expect(all.filter(({ text }) => /^export default\b/m.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

/** `core` of `src/core/keys.ts`; files at the top put the layers together and belong to none. */
function layerOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** `sources/service` of `src/core/sources/service/parse.ts`; empty for a file at the top of core. */
function coreFolderOf(path: string): string {
  return dirname(path).slice('src/core/'.length);
}

function packageOf(target: string): string | undefined {
  if (target.startsWith('node:') || target.startsWith('src/')) return undefined;
  return /^(@[^/]+\/[^/]+|[^/]+)/.exec(target)?.[1];
}

function usesPackage(imports: readonly string[], name: string): boolean {
  return imports.some((target) => packageOf(target) === name);
}

/** Whether a path equals an entry, or is in a folder (an entry that ends in a slash). */
function isIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}

/** Treats each folder as one file. */
function folders(files: readonly SourceFile[]): readonly SourceFile[] {
  return [...Map.groupBy(files, ({ path }) => dirname(path))].map(([path, inside]) => ({
    path,
    text: '',
    imports: inside
      .flatMap(({ imports }) => imports)
      .map(dirname)
      .filter((target) => target !== path),
  }));
}

/** Files in a cycle of imports, or on a path between cycles. */
function inCircles(files: readonly SourceFile[]): readonly string[] {
  const paths = new Set(files.map(({ path }) => path));
  const imported = new Set(files.flatMap(({ imports }) => imports));
  const left = files.filter(({ path, imports }) => imported.has(path) && imports.some((target) => paths.has(target)));
  return left.length === files.length ? left.map(({ path }) => path) : inCircles(left);
}
