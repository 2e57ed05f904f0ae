/**
 * One thread calls kernels; others help. The words they meet at, from `control` on, those that different threads write on
 * cache lines of their own.
 */
import { execute } from './generated/execute';

/** The call's number, counted up with each, over its THREADS_BITS lowest bits: on how many threads it is done. */
const CALL: usize = 0;
/** Helpers that are done with the call, and FAILED more for each of them that could not do its share. */
const DONE: usize = 64;
/** What the call is. Read by those who take part in it alone: whoever is not waited for may find the next one's. */
const KERNEL: usize = 128;
const ARGS: usize = 132;
/** Helpers that sleep, or are about to. */
const ASLEEP: usize = 192;

const THREADS_BITS: u32 = 8;
const THREADS_MASK: u32 = (1 << THREADS_BITS) - 1;
/** In the place of a call: helpers go home. No call of fewer threads than THREADS_MASK looks like it. */
const END: u32 = 0xffffffff;
const FAILED: u32 = 1 << 16;

/** Looks taken before a thread goes to sleep: some 50 microseconds, longer than what lies between two kernels of a step. */
const SPINS: i32 = 40_000;
/**
 * Seconds: helpers that are so much later than the caller, with equal shares, are dead. Waited one by one, so that a
 * process that was suspended for longer does not count it as more than one.
 */
const PATIENCE: i32 = 10;
const SECOND: i64 = 1_000_000_000;
const TIMED_OUT: i32 = 2;

/** What became of a call. */
const WHOLE: u32 = 0;
const BROKEN: u32 = 1;
const DEAD: u32 = 2;

/** Runs one kernel on `threads` threads, and returns when no thread is at work any more, or when one must be dead. */
export function run(control: usize, kernel: u32, args: usize, threads: u32): u32 {
  if (threads == 1) {
    execute(kernel, args, 0, 1);
    return WHOLE;
  }
  store<u32>(control, kernel, KERNEL);
  store<u32>(control, <u32>args, ARGS);
  atomic.store<u32>(control, 0, DONE);
  const number = (atomic.load<u32>(control, CALL) >> THREADS_BITS) + 1;
  atomic.store<u32>(control, (number << THREADS_BITS) | threads, CALL);
  // All these are in one order for all threads: whoever falls asleep behind this look finds the new call and does not.
  if (atomic.load<u32>(control, ASLEEP) > 0) atomic.notify(control + CALL, -1);
  execute(kernel, args, 0, threads);
  return helped(control, threads - 1);
}

/** Waits for the helpers. */
function helped(control: usize, helpers: u32): u32 {
  let spins = 0;
  let seconds = 0;
  while (true) {
    const done = atomic.load<u32>(control, DONE);
    if ((done & (FAILED - 1)) >= helpers) return done < FAILED ? WHOLE : BROKEN;
    if (++spins > SPINS && atomic.wait<i32>(control + DONE, <i32>done, SECOND) == TIMED_OUT && ++seconds >= PATIENCE)
      return DEAD;
  }
}

/** What a helper does until it is told to go home. `seen` is the call that it must not take for a new one. */
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
    if (call == END) return;
    last = call;
    const threads = call & THREADS_MASK;
    if (thread < threads) {
      execute(load<u32>(control, KERNEL), load<u32>(control, ARGS), thread, threads);
      finish(control, 1, threads);
    }
  }
}

/** In the place of a helper whose `serve` trapped: the caller must not wait for it, and must know. */
export function fail(control: usize): void {
  finish(control, FAILED + 1, atomic.load<u32>(control, CALL) & THREADS_MASK);
}

/** One helper less to wait for. Only the last one wakes the caller. */
function finish(control: usize, by: u32, threads: u32): void {
  const done = atomic.add<u32>(control, by, DONE) + by;
  if ((done & (FAILED - 1)) + 1 == threads) atomic.notify(control + DONE, 1);
}
