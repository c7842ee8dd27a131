/** Whether the links between pages lead anywhere. */
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Page, ROOT, readPage } from './pages.ts';

/** The links of a page that lead nowhere within the repository, as written. */
export function deadLinks(page: Page): readonly string[] {
  return page.links.filter((link) => !/^(?:https?|mailto):/.test(link) && !leadsSomewhere(page, link));
}

function leadsSomewhere(page: Page, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page.path : posix.join(posix.dirname(page.path), file);
  if (!existsSync(join(ROOT, target))) return false;
  if (anchor === undefined) return true;
  return target.endsWith('.md') && (file === '' ? page : readPage(target)).anchors.has(anchor);
}
