// Starts the VS Code server that the sub-project vscode-host brings, and says at which address its workbench is.
import { createWriteStream, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { vscodeHost } from './paths.mjs';
import { nodeForVSCode, Refusal } from './install.mjs';
import { startNode, stop as stopProcess, temporaryFolder } from './processes.mjs';

/**
 * A VS Code that neither calls home, nor asks, nor greets.
 * @type {Record<string, unknown>}
 */
const QUIET_SETTINGS = {
  'chat.agentHost.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** A VS Code that does not trust what it opens. @type {Record<string, unknown>} */
const UNTRUSTED_SETTINGS = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.emptyWindow': false,
};

/** The themes that VS Code brings, by the names its setting takes here and in a desktop VS Code. */
export const THEMES = /** @type {const} */ ({
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  hcDark: 'Default High Contrast',
  hcLight: 'Default High Contrast Light',
});

/**
 * @typedef {object} ServerOptions
 * @property {number} [port] 0, the default, takes any free one
 * @property {Record<string, string>} [env] what the extension host finds in its environment
 * @property {Record<string, unknown>} [settings] user settings
 * @property {Record<string, string>} [extensions] further extensions: their ids and folders
 * @property {boolean} [untrusted] the workspace is not trusted, and nobody is asked to trust it
 *
 * @typedef {object} Server
 * @property {number} port
 * @property {string} token the connection token, without which the server answers nobody
 * @property {string} dataFolder holds settings, logs and the extension's storage; gone after stop()
 * @property {Promise<string>} died settles, with a sentence, only when the server ends on its own
 * @property {() => string} log what the server has printed
 * @property {() => Promise<void>} stop ends the server with all it started
 */

/**
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startServer({ port = 0, env = {}, settings = {}, extensions = {}, untrusted = false } = {}) {
  const vscode = join(vscodeHost, 'node_modules', 'code-server', 'lib', 'vscode');
  if (!existsSync(vscode)) throw new Refusal('VS Code is not installed: run npm test or npm start once.');
  const data = temporaryFolder('vscode');
  const at = (/** @type {string[]} */ ...parts) => join(data.path, ...parts);
  for (const folder of ['User', 'extensions', 't']) mkdirSync(at(folder));
  writeFileSync(
    at('User', 'settings.json'),
    JSON.stringify({ ...QUIET_SETTINGS, ...(untrusted && UNTRUSTED_SETTINGS), ...settings }, null, 2),
  );
  // In a file, for an argument can be read by every user of the machine.
  const token = randomBytes(16).toString('hex');
  writeFileSync(at('token'), token, { mode: 0o600 });
  // Picked up because there is no list of installed extensions yet.
  for (const [id, folder] of Object.entries(extensions)) symlinkSync(folder, at('extensions', id), 'junction');

  const child = startNode(
    [
      join(vscode, 'out', 'server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(port), '--connection-token-file', at('token')],
      ...['--server-data-dir', at('server'), '--user-data-dir', data.path, '--extensions-dir', at('extensions')],
      ...['--accept-server-license-terms', '--disable-telemetry', '--telemetry-level', 'off', '--log', 'warn'],
      ...(untrusted ? [] : ['--disable-workspace-trust']),
      '--disable-getting-started-override',
      // Without it a built workbench ignores the extension and the tests that the address names.
      '--enable-smoke-test-driver',
    ],
    {
      node: nodeForVSCode(),
      output: 'pipe',
      env: {
        // It leaves sockets in the temporary folder: they go with the data.
        TMPDIR: at('t'),
        XDG_RUNTIME_DIR: at('t'),
        // A terminal inside VS Code would make this server talk to that window.
        VSCODE_IPC_HOOK_CLI: '',
        EXTENSIONS_GALLERY: '{}',
        ...env,
      },
    },
  );
  const logFile = at('server.log');
  const stream = createWriteStream(logFile);
  const stop = async () => {
    await stopProcess(child);
    stream.end();
    data.remove();
  };
  const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
  const died = new Promise((/** @type {(why: string) => void} */ resolve) => {
    child.once('error', (error) => resolve(`the VS Code server could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`the VS Code server ended (${signal ?? `exit code ${code}`})`));
  });
  child.stderr?.pipe(stream, { end: false });
  let printed = '';
  const listening = new Promise((/** @type {(port: number) => void} */ resolve) => {
    child.stdout?.on('data', (chunk) => {
      stream.write(chunk);
      printed = (printed + chunk).slice(-10_000);
      const match = /Extension host agent listening on (\d+)/.exec(printed);
      if (match) resolve(Number(match[1]));
    });
  });
  const slow = new Promise((/** @type {(why: string) => void} */ resolve) => {
    setTimeout(resolve, 60_000, 'the VS Code server did not come up within 60 seconds').unref();
  });
  const outcome = await Promise.race([listening, died, slow]);
  if (typeof outcome === 'number') return { port: outcome, token, dataFolder: data.path, died, log, stop };
  const words = log() || printed;
  await stop();
  if (/EADDRINUSE/.test(words)) throw new Refusal(`Port ${port} is taken: choose another one.`);
  throw new Error(`${outcome}\n${words}`);
}

/**
 * A path of this machine as VS Code's addresses have it: /c:/some/folder on Windows.
 * @param {string} path
 */
const inAddress = (path) => (process.platform === 'win32' ? `/${path.replaceAll('\\', '/')}` : path);

/**
 * The address of a workbench.
 * @param {Pick<Server, 'port' | 'token'>} server
 * @param {object} options
 * @param {string} [options.folder] the workspace; absent: a window without one
 * @param {string} [options.extension] folder of the extension under development
 * @param {string} [options.tests] module that exports run()
 */
export function workbenchUrl({ port, token }, { folder, extension, tests }) {
  const url = new URL(`http://127.0.0.1:${port}/`);
  const remote = (/** @type {string} */ path) => `vscode-remote://127.0.0.1:${port}${inAddress(path)}`;
  /** @type {[string, string][]} */
  const payload = [];
  if (extension) payload.push(['extensionDevelopmentPath', remote(extension)]);
  if (tests) payload.push(['extensionTestsPath', remote(tests)]);
  url.searchParams.set('tkn', token);
  if (folder) url.searchParams.set('folder', inAddress(folder));
  else url.searchParams.set('ew', 'true');
  if (payload.length) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
