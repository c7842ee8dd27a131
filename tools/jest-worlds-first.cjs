// Jest sequencer: first the tests that run whole operators, so that the last minutes do not wait for one of them.
'use strict';
const { default: Sequencer } = require('@jest/test-sequencer');

/** A small file of these folders may take minutes, and Jest goes by size until it has run it once. */
const WORLDS = ['test/storm/', 'test/crash/', 'test/scenarios/'];

const rank = ({ path, context }) => {
  const found = WORLDS.findIndex((folder) => path.startsWith(`${context.config.rootDir}/${folder}`));
  return found === -1 ? WORLDS.length : found;
};

module.exports = class WorldsFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
};
