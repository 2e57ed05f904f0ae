// Finds a Chromium on this machine, installs one where that is possible, and launches it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Refusal } from './install.mjs';

const { env, platform } = process;

function standardPlaces() {
  if (platform === 'darwin') {
    const apps = ['Google Chrome', 'Microsoft Edge', 'Chromium', 'Google Chrome for Testing'];
    return ['/Applications', join(env.HOME ?? '/', 'Applications')].flatMap((folder) =>
      apps.map((app) => join(folder, `${app}.app`, 'Contents', 'MacOS', app)),
    );
  }
  if (platform === 'win32') {
    const folders = [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA].filter(
      (folder) => folder !== undefined,
    );
    const programs = [
      'Google/Chrome/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
      'Chromium/Application/chrome.exe',
    ];
    return folders.flatMap((folder) => programs.map((program) => join(folder, program)));
  }
  const names = [
    'chromium',
    'google-chrome-stable',
    'google-chrome',
    'microsoft-edge-stable',
    'microsoft-edge',
    'chromium-browser',
  ];
  return names.flatMap((name) => (env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)));
}

/**
 * Whether it is a browser: on Ubuntu, chromium-browser may be a script that only says where to get one.
 * @param {string} path
 */
function works(path) {
  if (!existsSync(path)) return false;
  // On Windows the question opens a window instead of being answered.
  return platform !== 'linux' || spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/**
 * The path of a Chromium, Chrome or Edge on this machine; CHROMIUM or CHROME_PATH name another one.
 * @returns {string | undefined}
 */
export function findBrowser() {
  const named = env.CHROMIUM || env.CHROME_PATH;
  if (!named) return standardPlaces().find(works);
  if (!works(named)) throw new Refusal(`CHROMIUM or CHROME_PATH says ${named}, which is no browser that starts.`);
  return named;
}

/** @param {string[]} args */
function aptGet(...args) {
  const options = { encoding: /** @type {const} */ ('utf8'), env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  const { status, stdout, stderr } = spawnSync('apt-get', ['-o', 'Acquire::Retries=3', '-y', '-qq', ...args], options);
  if (status !== 0) console.error(`${stdout}${stderr}`);
  return status === 0;
}

/**
 * The path of a browser, installed first where this is Debian or Ubuntu and we may.
 * @returns {string}
 */
export function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  if (platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium (apt-get)...');
    // A minimal system knows no packages before an update, and has no font to measure text with.
    if (aptGet('update') && aptGet('install', '--no-install-recommends', 'chromium', 'fonts-liberation')) {
      const installed = findBrowser();
      if (installed) return installed;
    }
  }
  throw new Refusal(
    'No Chrome, Edge or Chromium was found: install one, or name it in the environment variable CHROMIUM.',
  );
}

/**
 * A headless browser that reaches nothing but this machine.
 * @param {import('playwright-core').LaunchOptions} [options]
 */
export async function launchBrowser({ args = [], ...options } = {}) {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: ensureBrowser(),
    headless: true,
    // processes.mjs ends everything on a signal, this browser too: it goes with the process.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    ...options,
    args: [
      // Chromium's sandbox refuses to work for root, which is who runs things in a container.
      ...(platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      // page.route() would block hosts as well, and slow down every request.
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
      ...['--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...args,
    ],
  });
}
