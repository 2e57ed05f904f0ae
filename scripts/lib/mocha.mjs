// Runs mocha over bundled test files in plain Node: node mocha.mjs RESULTS_FILE TEST_FILE...
// In a process of its own, so that a suite which hangs, crashes or leaves handles open harms no other.
import Mocha from 'mocha';
import { fileReporter } from './reporter.mjs';

const [results, ...files] = process.argv.slice(2);
const mocha = new Mocha({
  ui: 'bdd',
  timeout: 60_000,
  reporter: fileReporter(results),
  grep: process.env.TEST_GREP || undefined,
  // A forgotten .only would silently leave tests out.
  forbidOnly: Boolean(process.env.CI),
});
for (const file of files) mocha.addFile(file);
await mocha.loadFilesAsync();
mocha.run((failures) => process.exit(failures ? 1 : 0));
