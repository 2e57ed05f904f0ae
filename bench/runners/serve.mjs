// The child's side of bench/lib/runner.mjs: answers one request a line, and ends when its standard input does.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * @param {Record<string, (params: any) => unknown>} operations what can be asked; may be asynchronous
 */
export async function serve(operations) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { op, params } = JSON.parse(line);
    let reply;
    try {
      reply = { ok: (await operations[op](params)) ?? null };
    } catch (error) {
      reply = { error: error instanceof Error ? error.message : String(error) };
    }
    // Libraries print what they like: only lines that begin like this one are answers.
    process.stdout.write(`reply ${JSON.stringify(reply)}\n`);
  }
}

/**
 * The samples that all runners draw their batches from.
 * @param {{ inputs: string, labels: string }} files
 */
export function readSamples({ inputs, labels }) {
  const bytes = readFileSync(inputs);
  return { inputs: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), labels: readFileSync(labels) };
}

/** Draws batches: every sample once an epoch, in an order drawn anew for each. */
export class Batches {
  /**
   * @param {number} count
   * @param {number} batchSize
   */
  constructor(count, batchSize) {
    this.order = Int32Array.from({ length: count }, (_, i) => i);
    this.batchSize = batchSize;
    this.at = count;
  }

  next() {
    const { order, batchSize } = this;
    // A smaller batch at the end would be less work than a step.
    if (this.at + batchSize > order.length) {
      for (let i = order.length - 1; i > 0; i--) {
        const j = Math.floor(Math.random() * (i + 1));
        [order[i], order[j]] = [order[j], order[i]];
      }
      this.at = 0;
    }
    return order.subarray(this.at, (this.at += batchSize));
  }
}

/**
 * Times steps.
 * @param {() => void} step
 */
export const burst =
  (step) =>
  ({ steps }) => {
    const begin = performance.now();
    for (let i = 0; i < steps; i++) step();
    return { seconds: (performance.now() - begin) / 1000 };
  };
