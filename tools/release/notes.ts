/** The notes of a release: what CHANGELOG.md tells users, then the commits by area. */

export interface Commit {
  readonly hash: string;
  readonly subject: string;
}

/** The section of a version in a changelog. Throws if there is none, or nothing in it. */
export function changelogSection(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => headingOf(text) === version);
  const body = section?.slice(section.indexOf('\n')).trim() ?? '';
  if (body === '')
    throw new Error(`CHANGELOG.md says nothing about ${version}: rename its section "Unreleased" to "${version}"`);
  return body;
}

/** `0.2.0` of `0.2.0 (2026-12-01)` or `v0.2.0`. */
function headingOf(section: string): string {
  return /^v?(\S+)/.exec(section)?.[1] ?? '';
}

/** Commits by the area before the colon in their subject, in alphabetical order. */
export function commitsByArea(commits: readonly Commit[]): string {
  const areas = Map.groupBy(commits, ({ subject }) => /^([\w./-]+): /.exec(subject)?.[1] ?? 'other');
  const lines = [...areas].toSorted(([a], [b]) => a.localeCompare(b)).map(([area, inside]) => areaLines(area, inside));
  return lines.join('\n\n');
}

function areaLines(area: string, commits: readonly Commit[]): string {
  const items = commits.map(({ hash, subject }) => `- ${subject.replace(`${area}: `, '')} (${hash.slice(0, 9)})`);
  return [`**${area}**`, '', ...items].join('\n');
}

export interface Release {
  readonly changelog: string;
  readonly version: string;
  readonly commits: readonly Commit[];
  /** How to install and verify it. */
  readonly installation: string;
}

export function releaseNotes({ changelog, version, commits, installation }: Release): string {
  const history = `<details><summary>${commits.length} commits</summary>\n\n${commitsByArea(commits)}\n\n</details>`;
  return [changelogSection(changelog, version), installation.trim(), history].join('\n\n') + '\n';
}
