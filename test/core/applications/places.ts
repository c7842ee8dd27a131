/** Routes by hostname and path: `at('app.example.com/api', ['shop/staff'])`. */
import type { PathMatch, Route, RouteAccess } from '../../../src/core/model/route.ts';
import { aRoute } from '../../support/routes.ts';

export const HOST = 'app.example.com';

export function at(place: string, access?: RouteAccess, type: PathMatch['type'] = 'Prefix'): Route {
  const slash = place.indexOf('/');
  const [hostname, value] = slash === -1 ? [place] : [place.slice(0, slash), place.slice(slash)];
  return {
    ...aRoute(hostname ?? ''),
    ...(value === undefined ? {} : { path: { type, value } }),
    ...(access === undefined ? {} : { access }),
  };
}
