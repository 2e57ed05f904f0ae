// npm run test:electron: the extension suite in a desktop VS Code that @vscode/test-electron downloads. npm test runs the
// same suite in the VS Code that npm brings; this is for machines which reach the download and want the other one too.
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, installDependencies, Refusal, runScript } from './lib/install.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { temporaryFolder } from './lib/processes.mjs';
import { Printer, ResultsReader, summarize } from './lib/results.mjs';

async function downloadVSCode() {
  const { downloadAndUnzipVSCode, SilentReporter } = await import('@vscode/test-electron');
  console.log('Downloading VS Code...');
  try {
    return await downloadAndUnzipVSCode({ reporter: new SilentReporter(), extractSync: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Refusal(
      `VS Code could not be downloaded (${reason}): "npm test -- extension" runs the same suite without a download.`,
    );
  }
}

async function main() {
  installDependencies();
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Refusal('A desktop VS Code needs a display: run "xvfb-run -a npm run test:electron".');
  }
  const vscodeExecutablePath = await downloadVSCode();
  build('--tests');
  const { runTests } = await import('@vscode/test-electron');
  const folder = temporaryFolder('electron');
  const results = join(folder.path, 'results.jsonl');
  const workspace = join(folder.path, 'workspace');
  mkdirSync(workspace);
  if (existsSync(inRoot('examples'))) cpSync(inRoot('examples'), workspace, { recursive: true });
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const end = await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: [root, inRoot('test', 'harness', 'pythonExtension')],
    extensionTestsPath: inRoot('out', 'test', 'extension', 'index.js'),
    extensionTestsEnv: { DROPOUT_STUDIO_ROOT: root, TEST_RESULTS: results },
    launchArgs: [
      workspace,
      '--disable-extensions',
      '--disable-workspace-trust',
      // Short, for VS Code opens a socket in it.
      `--user-data-dir=${join(folder.path, 'data')}`,
      ...(asRoot ? ['--no-sandbox'] : []),
    ],
  }).then(
    (code) => `exit code ${code}`,
    (error) => String(error),
  );
  const reader = new ResultsReader(results);
  const printer = new Printer();
  reader.poll().forEach((test) => printer.print(test));
  const { tests, ended, running } = reader;
  const problem = !ended
    ? `the suite did not run to its end (${end}); the last test that began: ${running || 'none'}.`
    : tests.length === 0
      ? 'the suite has no tests.'
      : undefined;
  process.exit(summarize([{ name: 'extension', tests, problem }]) ? 0 : 1);
}

await runScript(main);
