/**
 * One thread calls kernels; others help. The words they meet at, from `control` on, each on a cache line of its own:
 * the call's number (counted up with each call, -1 ends the helpers), how many helpers are done with it, and what it is:
 * the kernel, its arguments, the number of threads.
 */
import { execute } from './generated/execute';

const CALL: usize = 0;
const DONE: usize = 64;
const KERNEL: usize = 128;
const ARGS: usize = 132;
const THREADS: usize = 136;
const ASLEEP: usize = 192;

/** Looks taken before a thread goes to sleep: some 50 microseconds, longer than what lies between two kernels of a step. */
const SPINS: i32 = 40_000;
/** Nanoseconds: a helper that takes longer for its share of one kernel has died. */
const PATIENCE: i64 = 30_000_000_000;

/** Runs one kernel on `threads` threads; returns when all of it is done. */
export function run(control: usize, kernel: u32, args: usize, threads: u32): void {
  if (threads > 1) {
    store<u32>(control, kernel, KERNEL);
    store<u32>(control, <u32>args, ARGS);
    store<u32>(control, threads, THREADS);
    atomic.store<u32>(control, 0, DONE);
    atomic.add<u32>(control, 1, CALL);
    if (atomic.load<u32>(control, ASLEEP) > 0) atomic.notify(control + CALL, -1);
  }
  execute(kernel, args, 0, threads);
  if (threads > 1) {
    const helpers = threads - 1;
    let spins = 0;
    while (true) {
      const done = atomic.load<u32>(control, DONE);
      if (done >= helpers) break;
      if (++spins > SPINS && atomic.wait<i32>(control + DONE, <i32>done, PATIENCE) == 2) unreachable();
    }
  }
}

/** What a helper does until it is told to end. `seen` is the number of the call that it must not take for a new one. */
export function serve(control: usize, thread: u32, seen: u32): void {
  let last = seen;
  while (true) {
    let call = atomic.load<u32>(control, CALL);
    let spins = 0;
    while (call == last) {
      if (++spins > SPINS) {
        atomic.add<u32>(control, 1, ASLEEP);
        atomic.wait<i32>(control + CALL, <i32>last, -1);
        atomic.sub<u32>(control, 1, ASLEEP);
        spins = 0;
      }
      call = atomic.load<u32>(control, CALL);
    }
    if (call == <u32>-1) return;
    last = call;
    const threads = load<u32>(control, THREADS);
    if (thread < threads) {
      execute(load<u32>(control, KERNEL), load<u32>(control, ARGS), thread, threads);
      if (atomic.add<u32>(control, 1, DONE) + 2 == threads) atomic.notify(control + DONE, 1);
    }
  }
}
