/** A helper thread: `new Worker('dist/helper.js', { workerData: machine.invite(thread) })`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { HelperInvitation } from '../engine/kernels/wasm/machine';

if (!parentPort) throw new Error('This file is a worker: attachThreads of src/threads/pool.ts starts it.');

const { module, memory, control, thread, call } = workerData as HelperInvitation;
const { serve, fail } = new WebAssembly.Instance(module, { env: { memory } }).exports as {
  readonly serve: (control: number, thread: number, seen: number) => void;
  readonly fail: (control: number) => void;
};

// Before it serves, for while it does it hears and says nothing. A call made in between is not missed: its number is not
// that of the invitation.
parentPort.postMessage('ready');
try {
  serve(control, thread, call);
} catch (error) {
  fail(control);
  throw error;
}
