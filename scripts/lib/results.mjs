// Reads what suites write (reporter.mjs) and shows it.
import { existsSync, readFileSync } from 'node:fs';
import { mapStack } from './source-maps.mjs';

/**
 * @typedef {import('./reporter.mjs').State} State
 * @typedef {import('./reporter.mjs').TestResult} TestResult
 * @typedef {{ name: string, tests: TestResult[], problem?: string }} SuiteResult
 */

/** Reads a results file while it grows. */
export class ResultsReader {
  /** @type {TestResult[]} */
  tests = [];
  /** Whether the suite ran to its end. */
  ended = false;
  /** The test that had begun last. */
  running = '';
  #file;
  #read = 0;

  /** @param {string} file */
  constructor(file) {
    this.#file = file;
  }

  /** Takes in what is new, and returns the tests among it. */
  poll() {
    if (!existsSync(this.#file)) return [];
    const text = readFileSync(this.#file, 'utf8');
    const complete = text.lastIndexOf('\n') + 1;
    const lines = text.slice(this.#read, complete).split('\n').filter(Boolean);
    this.#read = complete;
    const from = this.tests.length;
    for (const line of lines) {
      const said = JSON.parse(line);
      if (said.end) this.ended = true;
      else if (said.running) this.running = said.running;
      else this.tests.push({ ...said, err: said.err && mapStack(said.err) });
    }
    return this.tests.slice(from);
  }
}

const MARKS = { passed: '✓', failed: '✗', skipped: '-' };
const SLOW_MS = 500;

/** Prints tests one after another, with the titles around them where those change. */
export class Printer {
  /** @type {string[]} */
  #path = [];

  /** @param {TestResult} test */
  print(test) {
    const same = test.path.findIndex((title, i) => title !== this.#path[i]);
    if (same >= 0) test.path.slice(same).forEach((title, i) => console.log(`${'  '.repeat(same + i + 1)}${title}`));
    this.#path = test.path;
    const indent = '  '.repeat(test.path.length + 1);
    console.log(`${indent}${MARKS[test.state]} ${test.title}${test.ms >= SLOW_MS ? ` (${test.ms} ms)` : ''}`);
    if (test.err) console.log(indented(test.err, indent));
  }
}

/** @param {string} text @param {string} indent */
const indented = (text, indent) => text.replaceAll(/^/gm, `${indent}  `);

/**
 * Says how it went: what failed, once more, and the one line that counts.
 * @param {SuiteResult[]} suites
 * @returns {boolean} whether everything passed
 */
export function summarize(suites) {
  const count = (/** @type {State} */ state) => suites.flatMap((s) => s.tests).filter((t) => t.state === state).length;
  const failed = count('failed') + suites.filter((s) => s.problem).length;
  if (failed) console.log('\nWhat failed:');
  for (const { name, tests, problem } of suites) {
    if (problem) console.log(`\n  ${name}: ${problem}`);
    for (const test of tests.filter((t) => t.state === 'failed')) {
      console.log(`\n  ${[name, ...test.path, test.title].join(' > ')}`);
      if (test.err) console.log(indented(test.err, '  '));
    }
  }
  console.log(`\n${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped`);
  return failed === 0;
}
