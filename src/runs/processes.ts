import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** How a process's start is asked for, by platform: the command, all of whose output tells. */
const commands: Readonly<Partial<Record<NodeJS.Platform, (pid: number) => readonly [string, readonly string[]]>>> = {
  // A shell's own language must not change what day it was.
  darwin: (pid) => ['env', ['LC_ALL=C', 'TZ=UTC', 'ps', '-o', 'stat=,lstart=', '-p', String(pid)]],
  win32: (pid) => [
    'powershell.exe',
    ['-NoProfile', '-NonInteractive', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`],
  ],
};

/**
 * Tells a process from a later one that was given the same number: some text that stays the same while it lives.
 * Undefined where there is no such process, or the machine does not tell; `ENDED` where it has ended and nobody has asked
 * how, so that its number is still taken.
 */
export async function startOf(pid: number, platform = process.platform): Promise<string | undefined> {
  if (platform === 'linux') return startOnLinux(pid);
  const command = commands[platform];
  if (!command) return undefined;
  const [file, args] = command(pid);
  return new Promise((resolve) => {
    execFile(file, [...args], { timeout: 10_000, windowsHide: true }, (error, output) =>
      resolve(error ? undefined : startIn(output, platform)),
    );
  });
}

/** What no process's start is. */
export const ENDED = 'ended';

/** @param output of the platform's command */
export function startIn(output: string, platform: NodeJS.Platform): string | undefined {
  const text = output.trim();
  if (text === '') return undefined;
  if (platform !== 'darwin') return text;
  // Flags behind the letter of the state change with what the process does.
  const [, state, start] = /^(\S)\S*\s+(.+)$/.exec(text) ?? [];
  return state === 'Z' ? ENDED : start;
}

/**
 * The 22nd field of /proc/PID/stat: clock ticks from the machine's start, so that start is told too (proc(5)). A container whose
 * first process does not ask after orphans keeps those that ended for ever, in state Z; one that has other threads left,
 * such as within a write to a slow disk, has not ended yet.
 */
async function startOnLinux(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, threads] = [fields[0], Number(fields[17])];
    if ((state === 'Z' || state === 'X') && threads <= 1) return ENDED;
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    return `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Whether there is a process of this number. One that we may not signal is there as well. */
export function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
