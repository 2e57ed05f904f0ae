// Child processes and temporary folders that never outlive the script which made them.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inRoot, temporaryRoot } from './paths.mjs';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

const windows = process.platform === 'win32';
/** @type {Set<ChildProcess>} */
const running = new Set();
/** @type {Set<string>} */
const folders = new Set();
let watching = false;

function cleanUp() {
  for (const child of running) killTree(child, 'SIGKILL');
  for (const folder of folders) remove(folder);
}

function watchForTheEnd() {
  if (watching) return;
  watching = true;
  process.once('exit', cleanUp);
  // Without a handler a signal ends Node before `exit` is emitted, and the children would be left behind.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
  // npm runs a script through a shell, which passes no signal on: when npm is told to end, all we see is a new parent.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) process.exit(128 + constants.signals.SIGTERM);
    }, 500).unref();
  }
}

/**
 * Ends a child with everything it started.
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function killTree(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (windows) spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    else process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the whole group has ended already.
  }
}

/** @param {string} folder */
function remove(folder) {
  folders.delete(folder);
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  } catch (error) {
    console.error(`Could not remove the temporary folder ${folder}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * A new temporary folder, removed at the latest when this process ends.
 * @param {string} [name]
 * @returns {{ path: string, remove(): void }}
 */
export function temporaryFolder(name = 'run') {
  watchForTheEnd();
  const path = mkdtempSync(join(temporaryRoot, `dropout-${name}-`));
  folders.add(path);
  return { path, remove: () => remove(path) };
}

/**
 * Starts a Node as the leader of its own process group, ended at the latest when this process ends.
 * @param {string[]} args
 * @param {object} options
 * @param {string} [options.node] this process's own, unless said
 * @param {string} [options.cwd]
 * @param {Record<string, string>} options.env what it finds in its environment beside ours
 * @param {'pipe' | 'inherit'} options.output
 */
export function startNode(args, { node = process.execPath, cwd, env, output }) {
  watchForTheEnd();
  const child = spawn(node, ['--import', pathToFileURL(inRoot('scripts', 'lib', 'lifeline.mjs')).href, ...args], {
    cwd,
    env: { ...process.env, ...env, DROPOUT_STUDIO_LIFELINE: '1' },
    stdio: ['pipe', output, output],
    detached: !windows,
    windowsHide: true,
  });
  running.add(child);
  return child;
}

/**
 * Asks a child and everything it started to end, and makes it end when it does not.
 * @param {ChildProcess} child
 */
export async function stop(child) {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    killTree(child, 'SIGTERM');
    const timer = setTimeout(() => killTree(child, 'SIGKILL'), 3000);
    await ended;
    clearTimeout(timer);
  }
  // The leader is gone; a straggler of its group would be left behind otherwise.
  if (!windows) killTree(child, 'SIGKILL');
  running.delete(child);
}
