import { patternMatches } from '../../../adapters/annotations/re2.ts';
import { type Explanation, explain, requestedNames } from '../../../core/explain/explain.ts';
import { parseHostname } from '../../../core/model/hostname.ts';
import type { RoutedState } from '../../../core/preview/routed-state.ts';
import { suggest } from '../../../core/suggest.ts';
import { withCloudflare } from '../../frame/cloudflare.ts';
import { withCluster } from '../../frame/connect.ts';
import type { RunCommand } from '../../frame/definition.ts';
import { EXIT, usageError } from '../../frame/exit-code.ts';
import { readRoutedState } from '../../frame/states.ts';
import { paintFor } from '../../output/paint.ts';
import { readRecords } from './records.ts';
import { renderExplanation } from './render.ts';

export const run: RunCommand = (given, io) => {
  const asked = parseHost(given.args[0] ?? '');
  return withCluster(given, (connection) =>
    withCloudflare(given, io, async (cloudflare) => {
      const { routed, notes } = await readRoutedState(connection);
      const explanation = explain(routed, { ...asked, matches: patternMatches });
      const records = await readRecords({ given, connection, cloudflare }, routed, explanation);
      const all = { explanation, records, notes, advice: adviceFor(routed, explanation) };
      io.out.write(renderExplanation(all, given.text('output') ?? 'table', paintFor(io.out)));
      return explanation.holder === undefined ? EXIT.failed : EXIT.done;
    }),
  );
};

/** A hostname with a path, as people copy it from the address bar. */
function parseHost(text: string): { readonly hostname: string; readonly path: string } {
  const [, host = '', path = ''] = /^(?:[a-z]+:\/\/)?([^/?#]*)([^?#]*)/i.exec(text) ?? [];
  const parsed = parseHostname(host.replace(/:\d+$/, ''));
  if ('problem' in parsed) throw usageError(`HOST ${parsed.problem}`);
  return { hostname: parsed.hostname, path: path === '' ? '/' : path };
}

function adviceFor(routed: RoutedState, { hostname, holder, refused, others }: Explanation): string | undefined {
  if (holder !== undefined || refused.length > 0 || others.length > 0) return undefined;
  const meant = suggest(hostname, requestedNames(routed));
  return `No object asks for ${hostname}${meant === undefined ? '.' : `, did you mean ${meant}?`} All hostnames: cftunnel get -A`;
}
