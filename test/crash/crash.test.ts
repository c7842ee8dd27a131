import { describe, expect, it } from '@jest/globals';
import { ACCESS_STORIES, LEFT_OPEN } from './access-stories.ts';
import { ORDERS, CLOUDFLARE_STATES, deletion } from './deletions.ts';
import { CALL_FAULTS, type Point } from './call-faults.ts';
import { runStory } from './run-story.ts';
import { startInProcess } from './operators.ts';
import { HANDOVER, STORIES, type Story } from './stories.ts';
import { TOKEN_STORIES } from './token-stories.ts';

/** Selects the points. `npm run test:crash` takes all of them. */
const SEED = Number(process.env['CFTUNNEL_TEST_SEED'] ?? 1);

/** Every story has at least this many calls. */
const CALLS = 12;

/** Calls that change Cloudflare are always taken: only the operator knows what it intended. */
const CRITICAL: Readonly<Record<string, readonly Point[]>> = {
  create: [{ call: /^POST .*\/cfd_tunnel$/, fault: 'killed-after' }],
  change: [{ call: /^POST .*\/dns_records\/batch$/, fault: 'killed-after' }],
  'change with rules at Cloudflare': [{ call: /^PUT .*\/configurations$/, fault: 'killed-after' }],
  'un-expose with rules at Cloudflare': [{ call: /^PUT .*\/configurations$/, fault: 'lost-answer' }],
  'rotate token': [
    { call: /^PATCH .*\/cfd_tunnel\/[^/]+$/, fault: 'killed-after' },
    { call: /^PATCH .*\/cfd_tunnel\/[^/]+$/, fault: 'lost-answer' },
  ],
  delete: [{ call: /^DELETE .*\/cfd_tunnel\/[^/]+$/, fault: 'killed-after' }],
  'create a service token': [{ call: /^POST .*\/service_tokens$/, fault: 'killed-after' }],
  'rotate a service token': [
    { call: /^POST .*\/rotate$/, fault: 'killed-after' },
    { call: /^POST .*\/rotate$/, fault: 'lost-answer' },
  ],
  'delete a service token': [{ call: /^DELETE .*\/service_tokens\//, fault: 'killed-after' }],
  'delete a service token that a policy names': [{ call: /^PUT .*\/service_tokens\//, fault: 'killed-after' }],
};

/** Orders that once left something behind. */
const REGRESSIONS = [
  // The rules' ConfigMap is recreated without a token, so the record of published routes is lost.
  ['token', 'service', 'tunnel', 'config', 'credentials'],
] as const satisfies typeof ORDERS;

// Invariants 17, 56.
describe('at whatever call the operator is killed, or misses the response', () => {
  it.concurrent.each(
    [...STORIES, ...TOKEN_STORIES].map((story, index) => ({ story, ...story, points: pointsFor(story, index) })),
  )('"$name" completes exactly once, and nothing foreign is touched', async ({ story, points }) => {
    const results = await Promise.all(points.map((point) => runStory(story, startInProcess, point)));

    expect(results.map(({ problems }, index) => ({ point: points[index], problems }))).toEqual(
      points.map((point) => ({ point, problems: [] })),
    );
    expect(results.map(({ wasInjected }) => wasInjected)).toContain(true);
  });
});

/** Those of a change to Access whose answer is lost, or after which the operator is killed. */
const ACCESS_WRITES: readonly Point[] = [
  { call: /^(POST|PUT|DELETE) .*\/access\//, fault: 'killed-after' },
  { call: /^(POST|PUT|DELETE) .*\/access\//, fault: 'lost-answer' },
  { call: /^PUT .*\/configmaps\//, fault: 'killed-after' },
];

// Invariant 58.
describe('while visitors without credentials ask for protected hostnames, and the operator is killed', () => {
  it.concurrent.each(ACCESS_STORIES.map((story, index) => ({ story, ...story, point: accessPoint(story, index) })))(
    'nobody gets in during "$name", and it completes exactly once',
    async ({ story, point }) => {
      const { problems, intrusions } = await runStory(story, startInProcess, point);

      expect({ point, problems }).toEqual({ point, problems: [] });
      expect(intrusions).toBeGreaterThan(0);
    },
  );

  it('whoever does get in is noticed', async () => {
    const { problems } = await runStory(LEFT_OPEN, startInProcess);

    expect(problems).toContainEqual(expect.stringMatching(/^\d+ of \d+ got in: shop\.example\.com/));
  });
});

// Invariant 17.
describe('at whatever call about its Lease the leader is killed, or misses the response', () => {
  it.concurrent.each([
    { at: 'taking it', point: { call: 2, fault: 'killed-after' } },
    { at: 'renewing it', point: { call: 3, fault: 'lost-answer' } },
  ] as const)('another one leads, or it continues: at $at', async ({ point }) => {
    expect(await runStory(HANDOVER, startInProcess, point)).toMatchObject({ problems: [], wasInjected: true });
  });
});

// Invariant 18.
describe('in whatever order objects are deleted', () => {
  it.concurrent.each(REGRESSIONS.map((order) => ({ name: order.join(', '), order })))(
    'nothing is left after $name',
    async ({ order }) => {
      const { problems } = await runStory(deletion(order, CLOUDFLARE_STATES[0]), startInProcess);

      expect(problems).toEqual([]);
    },
  );

  it.concurrent.each(CLOUDFLARE_STATES.map((state, index) => ({ ...state, story: deletionIn(state, index) })))(
    'every deletion ends with Cloudflare $name, and leftovers are reported',
    async ({ story }) => {
      expect({ story: story.name, ...(await runStory(story, startInProcess)) }).toMatchObject({ problems: [] });
    },
  );
});

/** One point of each story, each with another fault, and the critical ones. */
function pointsFor({ name }: Story, index: number): readonly Point[] {
  return [pointOf(index), ...(CRITICAL[name] ?? [])];
}

function pointOf(index: number): Point {
  const fault = CALL_FAULTS[(SEED + index) % CALL_FAULTS.length] ?? 'killed-after';
  return { call: 1 + ((SEED * 7 + index * 5) % CALLS), fault };
}

/** Any call of one story, and a write of another. */
function accessPoint({ configMode }: Story, index: number): Point {
  const points = configMode === 'Remote' ? [] : ACCESS_WRITES;
  return [pointOf(index), ...points][index % (points.length + 1)] ?? pointOf(index);
}

function deletionIn(state: (typeof CLOUDFLARE_STATES)[number], index: number): Story {
  return deletion(ORDERS[(SEED * 13 + index * 31) % ORDERS.length] ?? [], state);
}
