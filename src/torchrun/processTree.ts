import { execFile } from 'node:child_process';

/** A process, told apart from a later one that got its number. */
interface Known {
  readonly pid: number;
  readonly parent: number;
  /** When it was started, in words of the system. */
  readonly started: string;
}

/** All processes there are; none where nobody can say, and on Windows. */
const listed = (): Promise<Known[]> =>
  new Promise((settle) => {
    if (process.platform === 'win32') return settle([]);
    execFile('ps', ['-A', '-o', 'pid=,ppid=,lstart='], { maxBuffer: 2 ** 24 }, (_error, out) =>
      settle(
        Array.from(out.matchAll(/^ *(\d+) +(\d+) +(.+)$/gm), ([, pid, parent, started]) => ({
          pid: Number(pid),
          parent: Number(parent),
          started,
        })),
      ),
    );
  });

/**
 * Whatever a process started, and what that started: also what made a group of its own, as torchrun's processes do, which
 * no signal to the group of the first reaches.
 * @returns ends at once those of them that are still there
 */
export async function descendantsOf(pid: number): Promise<() => Promise<void>> {
  const all = await listed();
  const found: Known[] = [];
  for (let parents = new Set([pid]); parents.size > 0;) {
    const children = all.filter(({ parent }) => parents.has(parent));
    found.push(...children);
    parents = new Set(children.map((child) => child.pid));
  }
  return async () => {
    for (const { pid, started } of await listed())
      if (found.some((known) => known.pid === pid && known.started === started))
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended meanwhile.
        }
  };
}
