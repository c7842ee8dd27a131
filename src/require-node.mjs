// Imported before anything else, so that an old Node says one sentence instead of a stack trace. It is plain JavaScript
// that such a Node can parse, and works for a program (an import) and for a script (`node --import`).
import process from 'node:process';

// `devEngines` in package.json names the same one.
const REQUIRED = [24, 11, 0];

const current = process.versions.node.split('.').map(Number);
const firstDifference = REQUIRED.findIndex((part, index) => part !== current[index]);

if (firstDifference !== -1 && current[firstDifference] < REQUIRED[firstDifference]) {
  process.stderr.write(
    `cftunnel needs Node.js ${REQUIRED.join('.')} or later, and this is ${process.versions.node} (${process.execPath}). Install a newer one, or put it first in PATH.\n`,
  );
  process.exit(2);
}
