import { join } from 'node:path';
import { cli } from './cli';
import { exit } from './io';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Asked a second time: whoever asks does not want to wait for the checkpoint.
    if (interrupt.signal.aborted) process.exit(exit.interrupted);
    interrupt.abort();
  });
}
// `netjson train --json | head`: nobody reads on, so end as if interrupted, with the checkpoint written.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    interrupt.abort();
  });

// The exit code is set, not forced: what is still on its way to a pipe gets there.
void cli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  helper: join(__dirname, 'helper.js'),
  interrupt: interrupt.signal,
}).then((code) => {
  process.exitCode = code;
});
