/** The manifest with which krew installs `kubectl cftunnel`. */
import { dump } from 'js-yaml';
import { LICENCES_FILE } from './licences.ts';

export interface Archive {
  /** As in `cftunnel_linux_amd64.tar.gz`. */
  readonly file: string;
  readonly sha256: string;
}

export interface Plugin {
  /** With its leading v, as krew wants it. */
  readonly tag: string;
  readonly repository: string;
  readonly archives: readonly Archive[];
}

/** Where it is known how to make an executable. Each is an archive of its own. */
export const PLATFORMS: readonly { readonly os: string; readonly arch: string }[] = [
  { os: 'linux', arch: 'amd64' },
  { os: 'linux', arch: 'arm64' },
  { os: 'darwin', arch: 'amd64' },
  { os: 'darwin', arch: 'arm64' },
];

export function archiveName({ os, arch }: { readonly os: string; readonly arch: string }): string {
  return `cftunnel_${os}_${arch}.tar.gz`;
}

/** Throws if the archive of a platform is missing: half a release is worse than none. */
export function krewManifest({ tag, repository, archives }: Plugin): string {
  const platforms = PLATFORMS.map((platform) => {
    const archive = archives.find(({ file }) => file === archiveName(platform));
    if (archive === undefined) throw new Error(`the archive ${archiveName(platform)} is missing`);
    return {
      selector: { matchLabels: platform },
      uri: `${repository}/releases/download/${tag}/${archive.file}`,
      sha256: archive.sha256,
      files: ['cftunnel', 'LICENSE', 'LICENSE.node', LICENCES_FILE].map((from) => ({ from, to: '.' })),
      bin: 'cftunnel',
    };
  });
  const plugin = {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'cftunnel' },
    spec: { version: tag, homepage: repository, ...TEXTS, platforms },
  };
  return dump(plugin, { lineWidth: 120, noRefs: true });
}

const TEXTS = {
  shortDescription: 'Services behind Cloudflare Tunnels',
  description: `Shows what cftunnel-operator exposes through Cloudflare Tunnels, and why a
hostname does not work; plans a change before it is applied; and rotates,
suspends, adopts and migrates tunnels. It uses your own permissions.
`,
};
