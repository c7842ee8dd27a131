/** Which token connectors ask visitors for. */
import type { Protection, Route } from './route.ts';

/** cloudflared lets in only requests with a token of the application. It is checked nowhere but in the rule itself. */
export interface TokenCheck {
  readonly required: true;
  readonly teamName: string;
  readonly audTag: readonly string[];
}

/** Absent where requests may come without a token. */
export function tokenCheck(protection: Protection | undefined): TokenCheck | undefined {
  if (protection === undefined || protection.isUnchecked === true) return undefined;
  return { required: true, teamName: protection.team, audTag: [protection.audience] };
}

/** Whether every request for these routes is asked for the same token, or none is asked for any. */
export function shareTokenCheck(routes: readonly Pick<Route, 'protection'>[]): boolean {
  return new Set(routes.map(({ protection }) => JSON.stringify(tokenCheck(protection)))).size <= 1;
}
