// The ways to run a suite. Each gives the tests it ran and, where it did not run as it should, a sentence that says why.
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { inRoot, root } from './paths.mjs';
import { startNode, stop, temporaryFolder } from './processes.mjs';
import { Printer, ResultsReader } from './results.mjs';
import { startServer, workbenchUrl } from './server.mjs';

/**
 * @typedef {import('./results.mjs').SuiteResult} SuiteResult
 * @typedef {object} SuiteOptions
 * @property {string} [grep] run only tests whose full title matches
 * @property {number} minutes after so long the suite is ended
 */

/**
 * Follows a results file until the suite is over, printing tests as they end.
 * @param {string} name
 * @param {string} file
 * @param {SuiteOptions} options
 * @param {Promise<string>} over settles when the suite is over, with what may be said about its end
 * @returns {Promise<SuiteResult>}
 */
async function follow(name, file, { grep, minutes }, over) {
  const reader = new ResultsReader(file);
  const printer = new Printer();
  const print = () => reader.poll().forEach((test) => printer.print(test));
  const poll = setInterval(print, 200);
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((/** @type {(why: string) => void} */ resolve) => {
    timer = setTimeout(() => resolve(`it was ended after ${minutes} minutes`), minutes * 60_000);
  });
  const end = await Promise.race([over, late]);
  clearInterval(poll);
  clearTimeout(timer);
  print();
  const { tests, ended, running } = reader;
  if (!ended) {
    const where = running ? `the last test that began was "${running}"` : 'no test had begun';
    return { name, tests, problem: `the suite did not run to its end: ${end}; ${where}.` };
  }
  // With --grep a suite may well have nothing to run.
  if (tests.length === 0 && !grep) return { name, tests, problem: 'the suite has no tests.' };
  return { name, tests };
}

/** @param {string} folder a folder of tests, absolute @returns {string[]} */
const testFiles = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.test\.m?js$/.test(file))
        .sort()
        .map((file) => join(folder, file))
    : [];

/**
 * Runs bundled tests in plain Node.
 * @param {string} name
 * @param {SuiteOptions & { folders?: readonly string[], node?: string }} options folders of out/test, by default that of
 *   the suite's name; and the Node that runs them, by default this one
 * @returns {Promise<SuiteResult>}
 */
export async function runInNode(name, options) {
  const { folders = [name], node } = options;
  const files = folders.flatMap((part) => testFiles(inRoot('out', 'test', part)));
  if (files.length === 0) return { name, tests: [], problem: `there are no test files in out/test/${folders}.` };
  const folder = temporaryFolder('results');
  const results = join(folder.path, 'results.jsonl');
  const child = startNode(['--enable-source-maps', inRoot('scripts', 'lib', 'mocha.mjs'), results, ...files], {
    node,
    cwd: root,
    output: 'inherit',
    env: { DROPOUT_STUDIO_ROOT: root, TEST_GREP: options.grep ?? '' },
  });
  const over = new Promise((/** @type {(why: string) => void} */ resolve) => {
    child.once('error', (error) => resolve(`Node could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`its process ended (${signal ?? `exit code ${code}`})`));
  });
  const result = await follow(name, results, options, over);
  await stop(child);
  folder.remove();
  return result;
}

/**
 * The end of a log, without the stack frames that are most of it.
 * @param {string} text
 */
const lastLines = (text) =>
  text
    .split('\n')
    .filter((line) => line.trim() && !/^\s+at /.test(line))
    .slice(-20)
    .join('\n');

/**
 * Runs a bundled suite inside the extension host of a real VS Code.
 * @param {string} name
 * @param {SuiteOptions & { extension?: string, tests?: string, extensions?: Record<string, string> }} options the extension
 *   under test, and further ones by their ids
 * @returns {Promise<SuiteResult>}
 */
export async function runInExtensionHost(name, options) {
  const { extension = root, tests = inRoot('out', 'test', name, 'index.js'), grep, extensions } = options;
  if (!existsSync(tests)) return { name, tests: [], problem: `${tests} does not exist.` };
  const folder = temporaryFolder('suite');
  const results = join(folder.path, 'results.jsonl');
  const workspace = join(folder.path, 'workspace');
  mkdirSync(workspace);
  if (existsSync(inRoot('examples'))) cpSync(inRoot('examples'), workspace, { recursive: true });
  const server = await startServer({
    env: { DROPOUT_STUDIO_ROOT: root, TEST_RESULTS: results, TEST_GREP: grep ?? '' },
    extensions,
  });
  const browser = await launchBrowser();
  /** @type {string[]} */
  const said = [];
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    const over = new Promise((/** @type {(why: string) => void} */ resolve) => {
      // The workbench calls these two when it runs tests.
      void page.exposeFunction('codeAutomationLog', (/** @type {string} */ _type, /** @type {unknown[]} */ args) => {
        said.push(format(...args));
      });
      void page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => {
        resolve(`the extension host ended (exit code ${code})`);
      });
      page.once('crash', () => resolve('the page crashed'));
      browser.once('disconnected', () => resolve('the browser ended'));
      void server.died.then(resolve);
    });
    await page.goto(workbenchUrl(server, { folder: workspace, extension, tests }));
    const result = await follow(name, results, options, over);
    if (result.problem) {
      console.log(`The last words of the extension host:\n${lastLines(said.join('\n'))}`);
      console.log(`The last words of the server:\n${lastLines(server.log())}`);
    }
    return result;
  } finally {
    await browser.close();
    await server.stop();
    folder.remove();
  }
}
