import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** How a process's start is asked for, by platform: the command, and what of its output tells. */
const commands: Readonly<Partial<Record<NodeJS.Platform, (pid: number) => readonly [string, readonly string[]]>>> = {
  darwin: (pid) => ['ps', ['-o', 'lstart=', '-p', String(pid)]],
  win32: (pid) => [
    'powershell.exe',
    ['-NoProfile', '-NonInteractive', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`],
  ],
};

/**
 * Tells a process from a later one that was given the same number: some text that stays the same while it lives.
 * Undefined where there is no such process, or the machine does not tell.
 */
export async function startOf(pid: number, platform = process.platform): Promise<string | undefined> {
  if (platform === 'linux') return startOnLinux(pid);
  const command = commands[platform];
  if (!command) return undefined;
  const [file, args] = command(pid);
  return new Promise((resolve) => {
    execFile(file, [...args], { timeout: 10_000, windowsHide: true }, (error, output) =>
      resolve(error ? undefined : output.trim() || undefined),
    );
  });
}

/** The 22nd field of /proc/PID/stat: clock ticks from the machine's start, so that start is told too (proc(5)). */
async function startOnLinux(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
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
