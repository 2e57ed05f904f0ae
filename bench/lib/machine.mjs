// What a figure was measured on.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { nodeForVSCode } from '../../scripts/lib/install.mjs';

/** The instructions that matter here, as /proc/cpuinfo names them. */
function vectors() {
  if (!existsSync('/proc/cpuinfo')) return '';
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].split(/\s+/) ?? [];
  return ['avx', 'avx2', 'fma', 'avx512f'].filter((name) => flags.includes(name)).join(', ');
}

/** One line about the machine. */
export function machine() {
  const instructions = vectors();
  return [
    cpus()[0]?.model.trim() || 'unknown processor',
    `${availableParallelism()} cores`,
    ...(instructions ? [instructions] : []),
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${platform()} ${arch()}`,
  ].join(', ');
}

/** Other programs at work make every figure worse: said before anything is measured. */
export function busyWarning() {
  const [load] = loadavg();
  if (load < 0.5) return undefined;
  return `The machine is not quiet: ${load.toFixed(1)} programs were at work on average in the last minute.`;
}

/**
 * The Nodes that ours runs under, by their major version: this one, and the one that VS Code is run by where it is another.
 * @returns {Map<string, { program: string, version: string }>}
 */
export function nodes() {
  const found = new Map();
  let newer;
  try {
    newer = nodeForVSCode();
  } catch {
    // Only this one, then: said in the results by its absence.
  }
  for (const program of new Set([newer ?? process.execPath, process.execPath])) {
    const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim().slice(1);
    found.set(version.split('.')[0], { program, version });
  }
  return found;
}
