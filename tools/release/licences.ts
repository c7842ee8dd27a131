/** The licences of the packages in the bundles, whose code is passed on with the bundles. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Beside the bundles. */
export const LICENCES_FILE = 'THIRD_PARTY_LICENSES';

export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  /** As package.json names it. */
  readonly license: string;
  readonly author: string;
  /** The texts that the package brings. */
  readonly texts: readonly string[];
}

const TEXT_FILE = /^((un)?licen[cs]e|copying|notice)(\.(md|txt))?$/i;

export function readPackage(folder: string): LicensedPackage {
  const { name, version, license, author } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
    readonly author?: string | { readonly name: string };
  };
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (file) => file.isFile() && TEXT_FILE.test(file.name),
  );
  const texts = files.map((file) => readFileSync(path.join(folder, file.name), 'utf8').trim());
  const by = typeof author === 'object' ? author.name : (author ?? `the authors of ${name}`);
  return { name, version, license: license ?? '', author: by, texts };
}

/** Packages with the same text share it. */
export function licencesOf(packages: readonly LicensedPackage[]): string {
  const sorted = packages.toSorted((a, b) => (titleOf(a) < titleOf(b) ? -1 : 1));
  const sections = [...Map.groupBy(sorted, textOf)].map(
    ([text, sharing]) => `${sharing.map((one) => `${titleOf(one)} (${one.license})`).join('\n')}\n\n${text}\n`,
  );
  return [HEADER, ...sections].join(`\n${'-'.repeat(80)}\n\n`);
}

const HEADER = 'This program contains code of the packages below, each under its own licence.\n';

function titleOf({ name, version }: LicensedPackage): string {
  return `${name} ${version}`;
}

/** A package without a text of its own is under the usual one, with its author. */
function textOf({ texts, license, author, name }: LicensedPackage): string {
  if (texts.length > 0) return texts.join('\n\n');
  if (license === 'MIT') return `Copyright (c) ${author}\n\n${MIT}`;
  throw new Error(`${name} brings no text of its licence (${license}), so it cannot be passed on`);
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
