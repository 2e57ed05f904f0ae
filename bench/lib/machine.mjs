// What a figure was measured on.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
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

/**
 * How many cores are at work while we do nothing: with other programs beside it a figure is worth less, and a ratio against
 * a peer of several threads, which wait for one another, nothing at all.
 */
export async function othersAtWork() {
  const times = () => {
    const all = cpus().flatMap(({ times }) => Object.entries(times));
    const sum = (/** @type {[string, number][]} */ entries) => entries.reduce((total, [, value]) => total + value, 0);
    return { idle: sum(all.filter(([name]) => name === 'idle')), total: sum(all) };
  };
  const before = times();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const after = times();
  return cpus().length * (1 - (after.idle - before.idle) / (after.total - before.total));
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
