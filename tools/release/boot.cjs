// The start of a single-file executable. Node 24 starts one only with a CommonJS script; this one loads the bundle, an
// ES module that is an asset of the executable, under the name of a file beside it. Nothing is written to disk.
'use strict';
const { registerHooks } = require('node:module');
const { getAsset } = require('node:sea');
const { pathToFileURL } = require('node:url');
const { Script, constants } = require('node:vm');

const bundle = pathToFileURL(`${process.execPath}.js`).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === bundle ? { url: bundle, format: 'module', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === bundle
      ? { format: 'module', source: getAsset('bundle.js', 'utf8'), shortCircuit: true }
      : next(url, context),
});

// `import` in this script itself cannot load anything but built-in modules.
const options = { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
new Script('(url) => import(url)', options).runInThisContext()(bundle);
