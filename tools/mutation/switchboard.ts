/** Which mutant is on in this process, and which ones the running code has executed. */

const state = { active: 0, hits: new Set<number>() };

/** What instrumented code calls; see `instrument`. */
export const IS_ON = 'globalThis.__isMutantOn';

/** Lets instrumented code run in this process. */
export function installSwitchboard(): void {
  Object.assign(globalThis, {
    __isMutantOn: (id: number) => {
      if (state.active === 0) state.hits.add(id);
      return state.active === id;
    },
  });
}

/** Turns one mutant on; 0 turns all off. */
export function turnOn(id: number): void {
  state.active = id;
}

/** The mutants that unchanged code has executed since this was last asked. */
export function takeHits(): readonly number[] {
  const hits = [...state.hits];
  state.hits.clear();
  return hits;
}
