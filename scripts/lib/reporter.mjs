// How a suite tells what happened: one JSON object a line, appended as it happens, so that a suite which hangs or dies has
// still said what it was doing. The last line, {"end":true}, is the proof that it ran to its end: an extension host that
// crashes reports success. Bundled into the extension suite, so it imports nothing of ours.
import { appendFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {'passed' | 'failed' | 'skipped'} State
 * @typedef {{ path: string[], title: string, state: State, ms: number, err?: string }} TestResult
 */

/** @param {unknown} error @returns {string} */
function describeError(error) {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack?.includes(error.message)
    ? error.stack
    : `${error.name}: ${error.message}\n${error.stack ?? ''}`;
  return error.cause === undefined ? text : `${text}\nCaused by: ${describeError(error.cause)}`;
}

/**
 * A mocha reporter that writes to a file.
 * @param {string} file
 * @returns {import('mocha').ReporterConstructor}
 */
export function fileReporter(file) {
  const write = (/** @type {object} */ line) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  class FileReporter {
    /** @param {import('mocha').Runner} runner */
    constructor(runner) {
      const record =
        (/** @type {State} */ state) =>
        (/** @type {import('mocha').Runnable} */ test, /** @type {unknown} */ error) => {
          const path = test.titlePath().slice(0, -1);
          write({
            path,
            title: test.title,
            state,
            ms: test.duration ?? 0,
            // Playwright colours its messages whatever reads them.
            err: error === undefined ? undefined : stripVTControlCharacters(describeError(error)),
          });
        };
      runner.on('test', (test) => write({ running: test.fullTitle() }));
      runner.on('pass', record('passed'));
      runner.on('fail', record('failed'));
      runner.on('pending', record('skipped'));
      runner.on('end', () => write({ end: true }));
    }
  }
  // Mocha asks for a constructor alone; its types ask for all of its own base class.
  return /** @type {import('mocha').ReporterConstructor} */ (/** @type {unknown} */ (FileReporter));
}
