import { describe, expect, it } from '@jest/globals';
import { changelogSection, commitsByArea, releaseNotes } from '../../tools/release/notes.ts';

const CHANGELOG = `# Changelog

## Unreleased

## 0.2.0 (2026-12-01)

- Two.

### More

- Detail.

## 0.1.0

- One.
`;

describe('release notes', () => {
  it.each([
    { version: '0.2.0', section: '- Two.\n\n### More\n\n- Detail.' },
    { version: '0.1.0', section: '- One.' },
  ])('begin with the section of the changelog: $version', ({ version, section }) => {
    expect(changelogSection(CHANGELOG, version)).toBe(section);
  });

  it.each(['0.3.0', '0.1', 'Unreleased'])(
    'are refused for a version of which the changelog says nothing: %s',
    (version) => {
      expect(() => changelogSection(CHANGELOG, version)).toThrow(`rename its section "Unreleased" to "${version}"`);
    },
  );

  it('list the commits by area', () => {
    const commits = [
      { hash: 'a'.repeat(40), subject: 'tunnel: keep a rule' },
      { hash: 'b'.repeat(40), subject: 'dns: list a zone' },
      { hash: 'c'.repeat(40), subject: 'dns: delete a record: once' },
      { hash: 'd'.repeat(40), subject: 'Begin' },
    ];

    expect(commitsByArea(commits)).toBe(
      [
        '**dns**\n\n- list a zone (bbbbbbbbb)\n- delete a record: once (ccccccccc)',
        '**other**\n\n- Begin (ddddddddd)',
        '**tunnel**\n\n- keep a rule (aaaaaaaaa)',
      ].join('\n\n'),
    );
  });

  it('are changes, installation and commits', () => {
    const commits = [{ hash: 'a'.repeat(40), subject: 'tunnel: keep a rule' }];

    expect(releaseNotes({ changelog: CHANGELOG, version: '0.1.0', commits, installation: '### Install\n' })).toBe(
      `- One.\n\n### Install\n\n<details><summary>1 commits</summary>\n\n**tunnel**\n\n- keep a rule (aaaaaaaaa)\n\n</details>\n`,
    );
  });
});
