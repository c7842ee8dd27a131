/** The tests of one file, and how they are run: what jest does, without its process, its environment and its report. */

type Body = () => unknown;
type HookKind = 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll';

interface Block {
  readonly parent: Block | undefined;
  readonly hooks: Readonly<Record<HookKind, Body[]>>;
}

export interface Test {
  readonly name: string;
  readonly body: Body;
  readonly block: Block;
}

/** The real one: tests may replace the timers. */
const { setTimeout, clearTimeout } = globalThis;

export class Suite {
  readonly tests: Test[] = [];
  #block = newBlock(undefined);
  readonly #names: string[] = [];

  describe(name: string, body: Body): void {
    const outer = this.#block;
    this.#block = newBlock(outer);
    this.#names.push(name);
    body();
    this.#names.pop();
    this.#block = outer;
  }

  test(name: string, body: Body): void {
    this.tests.push({ name: [...this.#names, name].join(' '), body, block: this.#block });
  }

  hook(kind: HookKind, body: Body): void {
    this.#block.hooks[kind].push(body);
  }
}

/** Runs tests of a file one after another until one fails; says which, if any. */
export async function firstFailure(
  tests: readonly Test[],
  limitMs: number,
  onPassed: (test: Test) => void = () => undefined,
): Promise<{ readonly test: Test; readonly error: unknown } | undefined> {
  const opened = new Set<Block>();
  try {
    for (const test of tests) {
      try {
        await within(limitMs, () => run(test, opened));
      } catch (error) {
        return { test, error };
      }
      onPassed(test);
    }
  } finally {
    for (const block of opened) for (const hook of block.hooks.afterAll) await hook();
  }
  return undefined;
}

async function run({ block, body }: Test, opened: Set<Block>): Promise<void> {
  const blocks = blocksAround(block);
  for (const outer of blocks.filter((each) => !opened.has(each))) {
    opened.add(outer);
    for (const hook of outer.hooks.beforeAll) await hook();
  }
  try {
    for (const outer of blocks) for (const hook of outer.hooks.beforeEach) await hook();
    await body();
  } finally {
    for (const outer of blocks.toReversed()) for (const hook of outer.hooks.afterEach) await hook();
  }
}

/** Rejects if the work takes longer. The work itself continues, so the process can no longer be used. */
async function within(limitMs: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeLimitError()), limitMs);
  });
  try {
    await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

/** Outermost first. */
function blocksAround(block: Block): readonly Block[] {
  return block.parent === undefined ? [block] : [...blocksAround(block.parent), block];
}

function newBlock(parent: Block | undefined): Block {
  return { parent, hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] } };
}
