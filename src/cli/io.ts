/** What the command line writes to: a process's stream, or a test's. */
export interface Output {
  write(text: string): unknown;
  /** True on a terminal, where lines can be drawn over. */
  readonly isTTY?: boolean;
  /** Characters in a line of the terminal. */
  readonly columns?: number;
}

/** Everything of the world that a command touches besides files. */
export interface CliIo {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Relative paths on the command line are relative to it. */
  readonly cwd: string;
  /** What helper threads run: dist/helper.js, as an absolute path. */
  readonly helper: string;
  /** Aborted by Ctrl+C: training writes a checkpoint and ends. */
  readonly interrupt: AbortSignal;
}

export const exit = { done: 0, wrong: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

/** The command line itself is wrong: ends with exit code 2, the message and where to find help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
