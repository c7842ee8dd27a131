/** The SBOM of the bundle, as CycloneDX: exactly the packages of which it has code, as `npm sbom` describes them. */
import { createHash } from 'node:crypto';

export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly [field: string]: unknown;
}

export interface Bom {
  readonly metadata: { readonly component: Component; readonly [field: string]: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly [field: string]: unknown;
}

/** The part of package-lock.json that says which version is where. */
export interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

export interface Build {
  readonly lock: Lock;
  /** The sources in the source map of the bundle. */
  readonly sources: readonly string[];
  readonly name: string;
  /** Seconds since 1970; undefined: the SBOM has no time, and equal input gives an equal one. */
  readonly epoch: number | undefined;
}

/** As package-lock.json writes it, wherever the folder of the project is. */
const PLACE = /^.*?\b(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//;

/** The packages that a bundle has code of, as `name@version`. */
export function bundledPackages({ lock, sources }: Pick<Build, 'lock' | 'sources'>): ReadonlySet<string> {
  return new Set([...bundledPlaces(sources)].map((place) => `${nameAt(place)}@${versionAt(lock, place)}`));
}

/** Where these packages are, as in `node_modules/winston`. */
export function bundledPlaces(sources: readonly string[]): ReadonlySet<string> {
  return new Set(sources.flatMap((source) => PLACE.exec(source)?.[1] ?? []));
}

function nameAt(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function versionAt({ packages }: Lock, place: string): string {
  const version = packages[place]?.version;
  if (version === undefined) throw new Error(`package-lock.json does not list ${place}, which is part of the bundle`);
  return version;
}

/** Narrows what npm says of the whole project to what is in the bundle. */
export function bundleBom(whole: Bom, build: Build): Bom {
  const bundled = bundledPackages(build);
  const components = whole.components.filter((component) => bundled.has(idOf(component)));
  const listed = new Set(components.map(idOf));
  const missing = [...bundled].filter((id) => !listed.has(id));
  if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.join(', ')}, which the bundle contains`);
  const { component } = whole.metadata;
  const refs = new Set([component['bom-ref'], ...components.map((part) => part['bom-ref'])]);
  const bom = {
    ...whole,
    metadata: {
      ...timeOf(build.epoch),
      lifecycles: [{ phase: 'build' }],
      tools: whole.metadata['tools'],
      component: { ...component, type: 'application', name: build.name },
    },
    components,
    dependencies: whole.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
  };
  return { ...bom, serialNumber: serialOf({ ...bom, serialNumber: '' }) };
}

function idOf({ purl, version }: Component): string {
  return `${decodeURIComponent(/^pkg:npm\/(.+)@[^@]+$/.exec(purl)?.[1] ?? '')}@${version}`;
}

function timeOf(epoch: number | undefined): { readonly timestamp?: string } {
  return epoch === undefined ? {} : { timestamp: new Date(epoch * 1000).toISOString() };
}

/** A UUID of the content: equal SBOMs have an equal one. */
function serialOf(bom: object): string {
  const hex = createHash('sha256').update(JSON.stringify(bom)).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}
