import { describe, expect, it } from '@jest/globals';
import { ORDERS, WEATHERS, deletion } from './deletions.ts';
import { FATES, type Point } from './fates.ts';
import { live } from './life.ts';
import { startInProcess } from './operators.ts';
import { HANDOVER, STORIES, type Story } from './stories.ts';

/** Which points are taken; another number takes others. All of them: `npm run test:crash`. */
const SEED = Number(process.env['CFTUNNEL_TEST_SEED'] ?? 1);

/** Every story has at least this many calls. */
const CALLS = 12;

/** Calls that change Cloudflare, where nobody but the operator knows what it had in mind: always taken. */
const CRITICAL: Readonly<Record<string, readonly Point[]>> = {
  create: [{ call: /^POST .*\/cfd_tunnel$/, fate: 'killed-after' }],
  change: [{ call: /^POST .*\/dns_records\/batch$/, fate: 'killed-after' }],
  delete: [{ call: /^DELETE .*\/cfd_tunnel\/[^/]+$/, fate: 'killed-after' }],
};

/** Orders that once left something behind. */
const TREACHEROUS = [
  // The rules' ConfigMap is made anew without a token: nothing tells any more which records were published.
  ['token', 'service', 'tunnel', 'config', 'credentials'],
] as const satisfies typeof ORDERS;

// Invariant 17.
describe('whatever call the operator dies at, or misses the answer to', () => {
  it.concurrent.each(STORIES.map((story, index) => ({ story, ...story, points: pointsFor(story, index) })))(
    '"$name" ends as it should, once, and nothing of others is touched',
    async ({ story, points }) => {
      const endings = await Promise.all(points.map((point) => live(story, startInProcess, point)));

      expect(endings.map(({ complaints }, index) => ({ point: points[index], complaints }))).toEqual(
        points.map((point) => ({ point, complaints: [] })),
      );
      expect(endings.map(({ hasStruck }) => hasStruck)).toContain(true);
    },
  );
});

// Invariant 17.
describe('whatever call about its Lease the leader dies at, or misses the answer to', () => {
  it.concurrent.each([
    { at: 'taking it', point: { call: 2, fate: 'killed-after' } },
    { at: 'renewing it', point: { call: 3, fate: 'lost-answer' } },
  ] as const)('another one leads, or it goes on: at $at', async ({ point }) => {
    expect(await live(HANDOVER, startInProcess, point)).toMatchObject({ complaints: [], hasStruck: true });
  });
});

// Invariant 18.
describe('in whatever order things are deleted', () => {
  it.concurrent.each(TREACHEROUS.map((order) => ({ name: order.join(', '), order })))(
    'nothing stays behind after $name',
    async ({ order }) => {
      const { complaints } = await live(deletion(order, WEATHERS[0]), startInProcess);

      expect(complaints).toEqual([]);
    },
  );

  it.concurrent.each(WEATHERS.map((weather, index) => ({ ...weather, story: deletionIn(weather, index) })))(
    'all ends with Cloudflare $name, and what stays behind is named',
    async ({ story }) => {
      expect({ story: story.name, ...(await live(story, startInProcess)) }).toMatchObject({ complaints: [] });
    },
  );
});

/** One point of each story, each with another fate, and those that matter most. */
function pointsFor({ name }: Story, index: number): readonly Point[] {
  const fate = FATES[(SEED + index) % FATES.length] ?? 'killed-after';
  return [{ call: 1 + ((SEED * 7 + index * 5) % CALLS), fate }, ...(CRITICAL[name] ?? [])];
}

function deletionIn(weather: (typeof WEATHERS)[number], index: number): Story {
  return deletion(ORDERS[(SEED * 13 + index * 31) % ORDERS.length] ?? [], weather);
}
