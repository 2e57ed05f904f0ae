// npm run test:peers [-- [--fresh] PEER…]: holds what we write for other programs against the programs themselves, from
// PyPI, in Python environments of its own (bench/.peers). Ends with the line "N passed, N failed". Needs Python 3 and a
// network; `npm test` needs neither. With --fresh the environments are made anew, whatever the machine has; with --grep TEXT
// only tests are told of whose name has it, and trainings made.
import { build } from 'esbuild';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildKernels } from '../kernels/build.mjs';
import { Refusal, runScript } from './lib/install.mjs';
import { inRoot, root } from './lib/paths.mjs';

/** What each peer reads, what it takes from PyPI, and the script that holds it against our answers. */
const PEERS = {
  keras: {
    formats: ['keras', 'keras-program'],
    groups: ['answers'],
    packages: ['keras==3.15.1', 'jax', 'h5py', 'numpy'],
    script: 'check_keras.py',
    // Reads what the script leaves behind.
    reading: 'kerasFiles',
  },
  // Gigabytes: a Python that has it already is taken instead (PEER_TORCH_PYTHON, or the system's).
  pytorch: {
    formats: ['pytorch'],
    groups: ['answers', 'draws', 'table'],
    packages: ['torch', 'numpy'],
    script: 'check_pytorch.py',
    training: 'agreement',
    existing: { imports: 'torch, numpy', named: 'PEER_TORCH_PYTHON', system: '/usr/bin/python3' },
  },
  // Reads runs, not networks: its program makes them, and asks TensorBoard by check_tensorboard.py.
  tensorboard: { formats: [], groups: [], packages: ['tensorboard==2.20.0'], training: 'tensorboard' },
};

/**
 * @param {string} name
 * @param {{ packages: readonly string[], existing?: { imports: string, named: string, system: string } }} peer
 * @param {boolean} fresh
 * @returns {string} the Python that has the packages
 * @throws {Refusal} where the one that is named has not
 */
function environment(name, { packages, existing }, fresh) {
  const imports = (/** @type {string} */ candidate) =>
    spawnSync(candidate, ['-c', `import ${existing?.imports}`]).status === 0;
  if (existing && !fresh) {
    const { imports: modules, named, system } = existing;
    const chosen = process.env[named];
    if (chosen && !imports(chosen)) throw new Refusal(`${named} is "${chosen}", which cannot import ${modules}.`);
    if (chosen || imports(system)) return chosen || system;
  }
  const folder = inRoot('bench', '.peers', `check-${name}`);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (existsSync(join(folder, 'complete')) && !fresh) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: 'inherit' });
  mkdirSync(join(folder, 'complete'));
  return python;
}

await runScript(async () => {
  const { values, positionals: named } = parseArgs({
    allowPositionals: true,
    options: { fresh: { type: 'boolean', default: false }, grep: { type: 'string', default: '' } },
  });
  const { fresh, grep } = values;
  const unknown = named.find((name) => !(name in PEERS));
  if (unknown !== undefined)
    throw new Refusal(`There is no peer "${unknown}". Known: ${Object.keys(PEERS).join(', ')}.`);
  const peers = Object.entries(PEERS).filter(([name]) => named.length === 0 || named.includes(name));
  const bundleOf = async (/** @type {string} */ name) => {
    const outfile = inRoot('out', 'peers', `${name}.mjs`);
    await build({
      absWorkingDir: root,
      entryPoints: [`test/peers/${name}.ts`],
      bundle: true,
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      external: ['onnxruntime-web'],
      target: 'node20',
      loader: { '.wasm': 'binary' },
      outfile,
      logLevel: 'warning',
    });
    return outfile;
  };
  // A part of the engine, which a checkout that was never built has not.
  await buildKernels();
  const bundle = await bundleOf('cases');
  let passed = 0;
  let failed = 0;
  for (const [name, peer] of peers) {
    const { formats, groups } = peer;
    const python = environment(name, peer, fresh);
    const programs = [];
    if ('script' in peer) {
      const { script } = peer;
      const cases = inRoot('out', 'peers', name);
      rmSync(cases, { recursive: true, force: true });
      process.argv = [process.argv[0], bundle, cases, groups.join(), ...formats];
      await import(`${pathToFileURL(bundle).href}?${name}`);
      programs.push({ program: script, command: python, args: [inRoot('scripts', 'peers', script), cases] });
    }
    if ('training' in peer) {
      const args = [await bundleOf(peer.training), python, inRoot('out', 'peers', `training-${name}`), grep];
      programs.push({ program: `${peer.training}.ts`, command: process.execPath, args });
    }
    if ('reading' in peer)
      programs.push({
        program: `${peer.reading}.ts`,
        command: process.execPath,
        args: [await bundleOf(peer.reading), inRoot('out', 'peers', name)],
      });
    for (const { program, command, args } of programs) {
      const { stdout, status } = spawnSync(command, args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
        maxBuffer: 2 ** 26,
      });
      for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
        const { name: test, problem } = JSON.parse(line);
        if (!test.includes(grep)) continue;
        console.log(problem ? `  ✗ ${test}: ${problem}` : `  ✓ ${test}`);
        if (problem) failed++;
        else passed++;
      }
      if (status !== 0) {
        console.log(`  ✗ ${program} ended with ${status}`);
        failed++;
      }
    }
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
});
