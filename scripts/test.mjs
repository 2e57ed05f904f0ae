// npm test: installs what is missing, builds, runs every suite, and ends with the line "N passed, N failed, N skipped".
import { parseArgs } from 'node:util';
import {
  build,
  installDependencies,
  installVSCode,
  nodeForVSCode,
  Refusal,
  runScript,
  wordsOf,
} from './lib/install.mjs';
import { inRoot } from './lib/paths.mjs';
import { summarize } from './lib/results.mjs';

const HELP = `npm test [-- [SUITE...] [options]]

Suites, all of them unless some are named:
  unit         the parts, in plain Node
  conformance  the engine against its references, in plain Node
  engine       of both, what is the engine's, in the Node of VS Code: there kernels may be fused
  extension    the extension inside the extension host of a real VS Code
  browser      the designer in that same VS Code, clicked in a browser

  --suite A,B     the same as naming them
  --grep PATTERN  only tests whose full title matches
  --no-build      run what was built last
  --help`;

/** @typedef {import('./lib/suites.mjs').SuiteOptions} SuiteOptions */
/** @type {Record<string, { where: 'node' | 'vscode-node' | 'host', folders?: string[], needs: ('vscode' | 'browser')[], minutes: number }>} */
const SUITES = {
  unit: { where: 'node', needs: [], minutes: 10 },
  conformance: { where: 'node', needs: [], minutes: 15 },
  engine: {
    where: 'vscode-node',
    folders: ['unit/engine', 'unit/threads', 'conformance/engine'],
    needs: ['vscode'],
    minutes: 10,
  },
  extension: { where: 'host', needs: ['vscode', 'browser'], minutes: 10 },
  browser: { where: 'node', needs: ['vscode', 'browser'], minutes: 20 },
};

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        suite: { type: 'string', multiple: true, default: [] },
        grep: { type: 'string' },
        'no-build': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

/**
 * One suite; what it needs is installed first, and whatever goes wrong becomes its failure.
 * @param {string} name
 * @param {string | undefined} grep
 * @returns {Promise<import('./lib/results.mjs').SuiteResult>}
 */
async function runSuite(name, grep) {
  const { where, folders, needs, minutes } = SUITES[name];
  try {
    // Only now, for it imports packages that were not there before.
    const { runInExtensionHost, runInNode } = await import('./lib/suites.mjs');
    const { ensureBrowser } = await import('./lib/browser.mjs');
    if (needs.includes('vscode')) installVSCode();
    if (needs.includes('browser')) ensureBrowser();
    console.log(`\n${name}`);
    const extensions = { 'ms-python.python-9999.0.0': inRoot('test', 'harness', 'pythonExtension') };
    if (where === 'host') return await runInExtensionHost(name, { grep, minutes, extensions });
    const node = where === 'vscode-node' ? nodeForVSCode() : process.execPath;
    return await runInNode(name, { grep, minutes, folders, node });
  } catch (error) {
    return { name, tests: [], problem: `the suite could not be run: ${wordsOf(error)}` };
  }
}

async function main() {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(HELP);
    return;
  }
  const named = [...positionals, ...values.suite.flatMap((list) => list.split(','))];
  const unknown = named.find((name) => !SUITES[name]);
  if (unknown !== undefined) throw new Refusal(`There is no suite "${unknown}".\n\n${HELP}`);
  const names = named.length ? Object.keys(SUITES).filter((name) => named.includes(name)) : Object.keys(SUITES);

  const suites = [];
  try {
    installDependencies();
    if (!values['no-build']) build('--tests');
    for (const name of names) {
      const result = await runSuite(name, values.grep);
      if (result.problem) console.log(`  ✗ ${result.problem}`);
      suites.push(result);
    }
    if (suites.every(({ tests, problem }) => tests.length === 0 && !problem)) {
      suites.push({ name: 'npm test', tests: [], problem: `no test matches --grep ${values.grep}.` });
    }
  } catch (error) {
    // The last line stands for everything: a build which fails is a failure too.
    suites.push({ name: 'npm test', tests: [], problem: wordsOf(error) });
  }
  process.exit(summarize(suites) ? 0 : 1);
}

await runScript(main);
