// Runs mocha inside the extension host. The suite's entry (test/extension/index.ts) gives a function that requires its test
// files, so that the bundle holds them all; VS Code calls the entry's run().
import Mocha from 'mocha';
import { fileReporter } from '../../scripts/lib/reporter.mjs';

/**
 * @param define requires the test files
 * @returns rejects when a test fails, which is how VS Code learns of it
 */
export async function runMocha(define: () => void): Promise<void> {
  const { TEST_RESULTS, TEST_GREP, CI } = process.env;
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    // Without a results file (started from the debugger) a person is looking at the console.
    reporter: TEST_RESULTS ? fileReporter(TEST_RESULTS) : 'spec',
    grep: TEST_GREP || undefined,
    forbidOnly: Boolean(CI),
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  define();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
