// Builds the kernels: AssemblyScript and what generate.mjs spells out, into out/kernels/{strict,fused}.wasm. Does nothing
// where its sources have not changed since. `node kernels/build.mjs`, and a part of every build.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';
import { execute, gemm, patches } from './generate.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'out', 'kernels');

/** Kernels are the exported functions of three parameters args, thread, threads. */
const KERNEL = /^export function (\w+)\(args: usize, thread: u32, threads: u32\): void/gm;

const MODULES = {
  // Free of relaxed instructions: engines without them could not even read the module.
  strict: ['--enable', 'simd,threads', '--use', 'FUSED=0'],
  fused: ['--enable', 'simd,relaxed-simd,threads', '--use', 'FUSED=1'],
};

export async function buildKernels() {
  const sources = readdirSync(join(here, 'assembly'))
    .filter((f) => f.endsWith('.ts'))
    .sort();
  const hash = createHash('sha256');
  for (const file of [...sources.map((f) => join('assembly', f)), 'generate.mjs', 'build.mjs'])
    hash.update(file).update(readFileSync(join(here, file)));
  const fingerprint = hash.digest('hex');
  const stamp = join(out, 'fingerprint');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;

  const work = join(out, 'assembly');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(work, 'generated'), { recursive: true });
  cpSync(join(here, 'assembly'), work, { recursive: true });
  const kernels = {};
  for (const file of sources) {
    const names = [...readFileSync(join(here, 'assembly', file), 'utf8').matchAll(KERNEL)].map((m) => m[1]);
    if (names.length) kernels[file.replace(/\.ts$/, '')] = names;
  }
  const names = Object.values(kernels).flat();
  writeFileSync(join(work, 'generated', 'gemm.ts'), gemm());
  writeFileSync(join(work, 'generated', 'patches.ts'), patches());
  writeFileSync(join(work, 'generated', 'execute.ts'), execute(kernels));
  writeFileSync(
    join(work, 'generated', 'kernels.ts'),
    `export { ${names.map((n) => `kernel_${n}`).join(', ')} } from './execute';\n`,
  );
  for (const [name, flags] of Object.entries(MODULES)) {
    const { error, stderr } = await asc.main(
      [
        join(work, 'index.ts'),
        ...['--outFile', join(out, `${name}.wasm`), '-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
        ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
        ...flags,
      ],
      { writeFile: (path, contents) => writeFileSync(path, contents), readFile },
    );
    if (error) throw new Error(`The ${name} kernels do not compile.\n${stderr.toString()}`);
  }
  writeFileSync(stamp, fingerprint);
}

function readFile(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildKernels();
