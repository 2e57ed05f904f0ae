import type { Region } from '../set';
import fusedBytes from '../../../../out/kernels/fused.wasm';
import strictBytes from '../../../../out/kernels/strict.wasm';

/**
 * How products are rounded: 'fused' once, after they were added (an instruction that not every processor has), 'strict'
 * twice. A run keeps its class: the two differ in the last bits.
 */
export type Numerics = 'fused' | 'strict';

const PAGE = 65_536;
/** 4 GiB: all that addresses of 32 bits reach. */
const MAX_PAGES = 65_536;

/**
 * Where the words of a call stand, where threads meet, and where what is allocated begins. Bytes. From 2048 on are the
 * constants of kernels/assembly/constants.ts.
 */
const ARGUMENTS = 1024;
const CONTROL = 4096;
const HEAP = 8192;

/** As in kernels/assembly/core.ts. */
const SCRATCH_BYTES = 1 << 21;

const modules = new Map<Numerics, WebAssembly.Module>();

function moduleOf(numerics: Numerics): WebAssembly.Module {
  let module = modules.get(numerics);
  if (!module) {
    module = new WebAssembly.Module(numerics === 'fused' ? fusedBytes : strictBytes);
    modules.set(numerics, module);
  }
  return module;
}

let fused: boolean | undefined;

/** Whether this machine multiplies and adds in one rounding: asked of it once, by a product that tells the difference. */
export function isFusedAvailable(): boolean {
  if (fused === undefined) {
    fused = false;
    if (WebAssembly.validate(fusedBytes)) {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true });
      const { probe } = new WebAssembly.Instance(moduleOf('fused'), { env: { memory } }).exports;
      fused = (probe as () => number)() === 2 ** -11 + 2 ** -24;
    }
  }
  return fused;
}

/** What another thread needs to help: instantiate `module` over `memory` and call its `serve(control, thread, call)`. */
export interface HelperInvitation {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  /** From 1: the machine's own thread is 0. */
  readonly thread: number;
  /** The call that was the last when the helper was invited. */
  readonly call: number;
}

type Run = (control: number, kernel: number, address: number, threads: number) => number;
type Execute = (kernel: number, address: number, thread: number, threads: number) => void;

/** What `run` of kernels/assembly/threads.ts gives where not all of a call was done. */
const broken: readonly string[] = ['', 'failed in its share of a step', 'did not do its share of a step'];

/** A thread that was to help did not: what the kernel made is not whole. */
export class HelperError extends Error {
  override readonly name = 'HelperError';
}

/** A call's number says in its lowest 8 bits how many threads it has, and some of their values say other things. */
export const MOST_THREADS = 64;

/**
 * The kernels of one module over one memory. A call writes its arguments as words into the memory and names the kernel;
 * helpers read the same words.
 */
export class Machine {
  readonly #memory: WebAssembly.Memory;
  readonly #module: WebAssembly.Module;
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #run: Run;
  readonly #words: Uint32Array;
  readonly #reals: Float32Array;
  readonly #control: Int32Array;
  #top = HEAP;
  #threads = 1;
  /** Address of the working memory: SCRATCH_BYTES for each thread. */
  readonly scratch: number;

  /** @param maxThreads as many as may ever work here, this one included */
  constructor(
    readonly numerics: Numerics,
    readonly maxThreads = 1,
  ) {
    if (!(Number.isInteger(maxThreads) && maxThreads >= 1 && maxThreads <= MOST_THREADS))
      throw new RangeError(`A machine has 1 to ${MOST_THREADS} threads; found ${maxThreads}.`);
    this.#module = moduleOf(numerics);
    this.#memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true });
    this.#exports = new WebAssembly.Instance(this.#module, { env: { memory: this.#memory } }).exports;
    this.#run = this.#exports.run as Run;
    (this.#exports.prepare as () => void)();
    this.#words = new Uint32Array(this.#memory.buffer, ARGUMENTS, 64);
    this.#reals = new Float32Array(this.#memory.buffer, ARGUMENTS, 64);
    this.#control = new Int32Array(this.#memory.buffer, CONTROL, 64);
    this.scratch = this.allocate(maxThreads * SCRATCH_BYTES).byteOffset;
  }

  /**
   * @returns a part of the machine's memory that is all zeros; it is never taken back
   * @throws RangeError where the memory cannot grow so far
   */
  allocate(bytes: number): Region {
    const byteOffset = this.#top;
    const end = Math.ceil((byteOffset + bytes) / 64) * 64;
    const missing = Math.ceil((end - this.#memory.buffer.byteLength) / PAGE);
    if (missing > 0) {
      try {
        this.#memory.grow(missing);
      } catch {
        throw new RangeError(
          `${Math.ceil(bytes / 2 ** 20)} MiB more than the ${Math.ceil(byteOffset / 2 ** 20)} MiB at hand could not be had: ` +
            'a WebAssembly memory ends at 4 GiB. Make the network or its batches smaller.',
        );
      }
    }
    this.#top = end;
    return { buffer: this.#memory.buffer, byteOffset };
  }

  /** The number by which `run` knows a kernel. @throws RangeError where the module has none of that name */
  kernel(name: string): number {
    const found = this.#exports[`kernel_${name}`] as { readonly value: number } | undefined;
    if (!found) throw new RangeError(`The ${this.numerics} kernels have no "${name}".`);
    return found.value;
  }

  /** The words of the next call, as counts and addresses, and the same words as reals. */
  get words(): Uint32Array {
    return this.#words;
  }
  get reals(): Float32Array {
    return this.#reals;
  }

  /**
   * Runs a kernel on the words written.
   * @param parallel whether there is work enough for all threads
   * @throws HelperError where a helper did not do its share
   */
  run(kernel: number, parallel: boolean): void {
    let outcome = 0;
    try {
      outcome = this.#run(CONTROL, kernel, ARGUMENTS, parallel ? this.#threads : 1);
    } catch (error) {
      // Helpers may still be at work on this call: they must not get another.
      this.#threads = 1;
      throw error;
    }
    if (outcome === 0) return;
    this.#threads = 1;
    throw new HelperError(
      `A helper thread ${broken[outcome]}, so what this step made is not whole and training cannot go on. ` +
        'Train again; where it happens once more, on one thread.',
    );
  }

  /** Does on this thread the share of one among several, on the words written: so tests see how work is cut. */
  runShare(kernel: number, thread: number, threads: number): void {
    (this.#exports.execute as Execute)(kernel, ARGUMENTS, thread, threads);
  }

  /** Threads that work on a kernel, this one included. */
  get threads(): number {
    return this.#threads;
  }

  /** What a helper needs to be told; it counts from `admit` on. Never while others are admitted. */
  invite(thread: number): HelperInvitation {
    return {
      module: this.#module,
      memory: this.#memory,
      control: CONTROL,
      thread,
      call: this.#control[0],
    };
  }

  /** All helpers up to `threads` serve: kernels run on so many from now on. Never while one runs. */
  admit(threads: number): void {
    if (!(threads >= 1 && threads <= this.maxThreads))
      throw new RangeError(`There is room for 1 to ${this.maxThreads} threads; found ${threads}.`);
    this.#threads = threads;
  }

  /** Sends all helpers home. */
  dismiss(): void {
    this.#threads = 1;
    Atomics.store(this.#control, 0, -1);
    Atomics.notify(this.#control, 0);
  }
}
