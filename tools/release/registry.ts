/** The names under which a release is published. All of them follow from one: the registry. */

export interface Names {
  /** Host and folder, as in `registry.example.com/acme`. */
  readonly registry: string;
  /** The host, which `docker login` wants. */
  readonly host: string;
  readonly image: string;
  /** The folder of the chart. `helm push` adds the name of the chart. */
  readonly charts: string;
  readonly chart: string;
}

const PART = /^[a-z0-9]+([._-]+[a-z0-9]+)*$/;
const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?$/;

/** Lower-cased, because an owner may have capitals and an image may not. Throws if it is no registry. */
export function namesIn(given: string): Names {
  const registry = given.toLowerCase().replace(/\/+$/, '');
  const [host = '', ...folders] = registry.split('/');
  if (!HOST.test(host) || !/[.:]|^localhost$/.test(host) || !folders.every((folder) => PART.test(folder)))
    throw new Error(`"${given}" is not a registry: it must be a host with folders, as in registry.example.com/acme`);
  const charts = `${registry}/charts`;
  return { registry, host, image: `${registry}/cftunnel-operator`, charts, chart: `${charts}/cftunnel-operator` };
}

/** The manifests of a release with its image, pinned by its digest. Throws if they have no image of ours. */
export function withImage(
  manifests: string,
  { image, digest }: { readonly image: string; readonly digest: string },
): string {
  const ours = /^(\s+(?:- )?image: )["']?cftunnel-operator(:\S+?)?["']?$/gm;
  const changed = manifests.replaceAll(
    ours,
    (_, start: string, tag = '') => `${start}${image}${tag}@${checked(digest)}`,
  );
  if (changed === manifests) throw new Error('no container of these manifests has the image cftunnel-operator');
  return changed;
}

/** The values of the chart with the registry and the digest of the image. The rest, with its comments, stays. */
export function withRegistry(
  values: string,
  { registry, digest }: { readonly registry: string; readonly digest: string },
): string {
  const [before = '', image = '', after = ''] = values.split(/^(image:\n(?:[ \t#].*\n|\n)+)/m);
  return before + withField(withField(image, 'registry', registry), 'digest', checked(digest)) + after;
}

function withField(image: string, field: string, value: string): string {
  const changed = image.replace(new RegExp(`^(  ${field}: ).*$`, 'm'), `$1${value}`);
  if (changed === image) throw new Error(`values.yaml has no image.${field}`);
  return changed;
}

function checked(digest: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error(`"${digest}" is not a digest, as in sha256:…`);
  return digest;
}
