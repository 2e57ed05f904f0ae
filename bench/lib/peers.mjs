// Installs what we are compared with into bench/.peers: packages of npm, PyTorch from PyPI in a virtual environment, and
// Debian's PyTorch with OpenBLAS, unpacked beside the system and not into it. What cannot be installed is left out, and why.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../../scripts/lib/paths.mjs';

export const peersFolder = inRoot('bench', '.peers');
const at = (/** @type {string[]} */ ...parts) => join(peersFolder, ...parts);
const windows = process.platform === 'win32';

/** Fixed, so that figures of two runs are figures of the same peers. */
const packages = {
  '@tensorflow/tfjs': '4.22.0',
  '@tensorflow/tfjs-backend-wasm': '4.22.0',
  'brain.js': '1.6.1',
  convnetjs: '0.3.0',
};
const debianPackages = ['python3-torch', 'libopenblas0-pthread', 'dataset-fashion-mnist'];

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, shell?: boolean }} [options]
 * @returns {string} what it printed
 */
function run(program, args, options) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, LC_ALL: 'C', npm_config_loglevel: 'error' },
    ...options,
  });
  if (status === 0) return stdout;
  const words = `${stderr ?? ''}`.trim().split('\n').at(-1);
  throw new Error(`${program} ${args[0]}: ${error?.message ?? (words || `exit code ${status}`)}`);
}

/** @returns {string} the folder whose packages a runner requires */
export function installNpmPeers() {
  mkdirSync(peersFolder, { recursive: true });
  const missing = Object.keys(packages).some((name) => !existsSync(at('node_modules', name, 'package.json')));
  if (missing) {
    console.log('Installing TensorFlow.js, ConvNetJS and brain.js (npm)...');
    writeFileSync(at('package.json'), JSON.stringify({ private: true, dependencies: packages }, null, 2));
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: peersFolder, shell: windows });
  }
  return peersFolder;
}

/** @typedef {{ python: string, env: Record<string, string | undefined> }} Torch */

/** PyTorch as pip installs it, with its own BLAS. @returns {Torch} */
export function installTorch() {
  const folder = at('python');
  const python = windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const env = { PYTHONPATH: undefined, PYTHONNOUSERSITE: '1' };
  const works = () =>
    spawnSync(python, ['-c', 'import torch, numpy'], { env: { ...process.env, ...env } }).status === 0;
  if (!existsSync(python) || !works()) {
    console.log('Installing PyTorch (pip; up to some gigabytes, once)...');
    mkdirSync(peersFolder, { recursive: true });
    run(windows ? 'python' : 'python3', ['-m', 'venv', '--clear', folder]);
    run(python, ['-m', 'pip', 'install', '--quiet', 'torch', 'numpy']);
  }
  return { python, env };
}

/**
 * Debian's PyTorch is linked to whatever libblas.so.3 the loader finds first: here OpenBLAS, for with the reference BLAS,
 * which it gets by itself, it is many times slower and no comparison is worth anything.
 * @returns {Torch}
 */
export function installDebianTorch() {
  const root = unpackDebian();
  const library = join(root, 'usr', 'lib');
  const folders = foldersWithLibraries([library, join(root, 'lib')]);
  const blas = folders.filter((folder) => folder.endsWith('openblas-pthread'));
  if (blas.length === 0) throw new Error('the package libopenblas0-pthread holds no openblas-pthread folder');
  return {
    python: '/usr/bin/python3',
    env: {
      LD_LIBRARY_PATH: [...blas, ...folders.filter((folder) => !blas.includes(folder))].join(':'),
      PYTHONPATH: join(library, 'python3', 'dist-packages'),
      PYTHONNOUSERSITE: '1',
    },
  };
}

/** @returns {string} the folder that stands for / */
export function unpackDebian() {
  const root = at('debian');
  if (existsSync(root)) return root;
  if (!existsSync('/usr/bin/apt-get')) throw new Error('needs Debian or a relative of it');
  console.log("Unpacking Debian's PyTorch and OpenBLAS (apt-get download; 200 MB, once)...");
  const simulated = run('apt-get', ['install', '--simulate', '--no-install-recommends', ...debianPackages]);
  const names = [...simulated.matchAll(/^Inst (\S+)/gm)].map((match) => match[1]);
  // What is installed already is not in the list, except what the runner must find below the root.
  const wanted = [...new Set([...names, ...debianPackages])];
  const downloads = at('downloads');
  const unfinished = at('debian-unfinished');
  for (const folder of [downloads, unfinished]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  run('apt-get', ['-qq', 'download', ...wanted], { cwd: downloads });
  for (const file of readdirSync(downloads)) run('dpkg', ['-x', join(downloads, file), unfinished]);
  rmSync(downloads, { recursive: true });
  renameSync(unfinished, root);
  return root;
}

/** @param {string[]} folders @returns {string[]} those at or below them that the loader should look into */
function foldersWithLibraries(folders) {
  const found = [];
  for (const folder of folders.filter((f) => existsSync(f))) {
    const entries = readdirSync(folder, { withFileTypes: true });
    if (entries.some((e) => !e.isDirectory() && /^lib.*\.so\.\d/.test(e.name))) found.push(folder);
    const inner = entries.filter((e) => e.isDirectory() && !e.name.startsWith('python'));
    found.push(...foldersWithLibraries(inner.map((e) => join(folder, e.name))));
  }
  return found;
}
