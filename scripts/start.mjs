// npm start: installs what is missing, builds, and opens VS Code with the extension and its examples.
import { spawn, spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { build, installDependencies, installVSCode, Refusal, runScript } from './lib/install.mjs';
import { FIRST_EXAMPLE, inRoot, manifest, root } from './lib/paths.mjs';
import { startServer, workbenchUrl } from './lib/server.mjs';

const HELP = `npm start [-- options]

Opens the examples in VS Code with Dropout Studio loaded: in the VS Code of this machine where the command "code" is there,
else in one that npm brings, shown in your browser.

  --web       take the VS Code that npm brings, whatever is installed
  --port N    its port on 127.0.0.1 (default: any free one)
  --no-open   print its address and leave opening it to you
  --help`;

const windows = process.platform === 'win32';

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        web: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        'no-open': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error(`--port ${values.port} is no port number.`);
    return { ...values, port, web: values.web || port > 0 };
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

/** @param {string[]} args */
function runCode(args) {
  // code is a .cmd file on Windows: only a shell starts it, and a shell splits a path with blanks that is not quoted.
  return spawnSync('code', windows ? args.map((arg) => `"${arg}"`) : args, {
    encoding: 'utf8',
    shell: windows,
    timeout: 60_000,
  });
}

/** Why the desktop VS Code cannot be taken, or nothing when it can. */
function whyNotDesktop() {
  // In a terminal of a remote window `code` speaks to that window, which takes no extension under development.
  if (process.env.VSCODE_IPC_HOOK_CLI) return 'This terminal belongs to a remote VS Code window';
  const { status, stdout } = runCode(['--version']);
  if (status !== 0) return 'There is no "code" command on the PATH';
  const version = /^(\d+)\.(\d+)/.exec(stdout);
  const needed = /(\d+)\.(\d+)/.exec(manifest().engines.vscode);
  if (version && needed && (Number(version[1]) - Number(needed[1]) || Number(version[2]) - Number(needed[2])) < 0) {
    return `The VS Code of this machine is ${version[0]}, and Dropout Studio needs ${needed[0]} or later`;
  }
  if (process.getuid?.() === 0) return 'The desktop VS Code does not run for root';
  return undefined;
}

function openDesktop() {
  console.log('Opening VS Code...');
  const { status, stderr } = runCode([`--extensionDevelopmentPath=${root}`, inRoot('examples'), FIRST_EXAMPLE]);
  if (status !== 0)
    throw new Refusal(`${stderr}\nVS Code could not be opened; "npm start -- --web" opens one that npm brings.`);
  console.log('VS Code is opening with Dropout Studio and its examples. Close its window when you are done.');
}

/** @param {string} address */
function openInBrowser(address) {
  const [command, ...args] = windows
    ? ['rundll32', 'url.dll,FileProtocolHandler']
    : [process.platform === 'darwin' ? 'open' : 'xdg-open'];
  // Where there is no browser, the address on the screen is enough.
  spawn(command, [...args, address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

/** @param {{ port: number, 'no-open': boolean }} options */
async function openWeb(options) {
  installVSCode();
  console.log('Starting VS Code...');
  const { publisher, name } = manifest();
  const server = await startServer({
    port: options.port,
    env: { DROPOUT_STUDIO_OPEN: FIRST_EXAMPLE },
    extensions: { [`${publisher}.${name}`]: root, 'dropout-studio.opener': inRoot('scripts', 'opener') },
  });
  const address = workbenchUrl(server, { folder: inRoot('examples') });
  console.log(`\nDropout Studio is at\n\n  ${address}\n\nPress Ctrl+C to stop it.`);
  if (process.stdout.isTTY && !process.env.CI && !options['no-open']) openInBrowser(address);
  throw new Refusal(`VS Code is gone: ${await server.died}.\n${server.log()}`);
}

async function main() {
  const options = readArguments();
  if (options.help) {
    console.log(HELP);
    return;
  }
  installDependencies();
  build();
  if (options.web) return openWeb(options);
  const reason = whyNotDesktop();
  if (!reason) return openDesktop();
  console.log(`${reason}: taking the VS Code that npm brings.`);
  return openWeb(options);
}

await runScript(main);
