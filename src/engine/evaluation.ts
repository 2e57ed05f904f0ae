import type { Dataset, Samples } from './dataset';
import type { Network } from './network';
import type { Metrics } from './records';

/** Measures the network, dropout off, on a set of samples, a batch at a time. One object is used again and again. */
export class Evaluation {
  readonly #network: Network;
  readonly #target: Dataset['target']['type'];
  #samples!: Samples;
  #done = 0;
  #loss = 0;
  #right = 0;
  #squares = 0;

  constructor(network: Network, target: Dataset['target']['type']) {
    this.#network = network;
    this.#target = target;
  }

  start(samples: Samples): void {
    this.#samples = samples;
    this.#done = 0;
    this.#loss = 0;
    this.#right = 0;
    this.#squares = 0;
  }

  get done(): number {
    return this.#done;
  }
  get total(): number {
    return this.#samples.count;
  }
  get isComplete(): boolean {
    return this.#done >= this.#samples.count;
  }

  /** Measures one more batch. @returns its mean loss */
  advance(): number {
    const network = this.#network;
    const { outputSize } = network;
    const rows = Math.min(network.maxBatch, this.#samples.count - this.#done);
    for (let row = 0; row < rows; row++) network.put(this.#samples, this.#done + row, row);
    network.forward('evaluate', rows);
    const loss = network.totalLoss();
    this.#loss += loss;
    for (let row = 0; row < rows; row++) {
      const start = row * outputSize;
      if (this.#target === 'classes') this.#right += this.#isRight(start) ? 1 : 0;
      else
        for (let i = start; i < start + outputSize; i++) this.#squares += (network.output[i] - network.targets[i]) ** 2;
    }
    this.#done += rows;
    return loss / rows;
  }

  #isRight(start: number): boolean {
    const { output, targets, outputSize } = this.#network;
    let answer = start;
    let wanted = start;
    for (let i = start + 1; i < start + outputSize; i++) {
      if (output[i] > output[answer]) answer = i;
      if (targets[i] > targets[wanted]) wanted = i;
    }
    return answer === wanted;
  }

  /** Over all batches measured since `start`. */
  metrics(): Metrics {
    const loss = this.#loss / this.#done;
    if (this.#target === 'classes') return { loss, accuracy: this.#right / this.#done };
    return { loss, rmse: Math.sqrt(this.#squares / (this.#done * this.#network.outputSize)) };
  }
}

/** Measures the network on samples in one go, dropout off. @throws RangeError where there are none */
export function evaluate(network: Network, samples: Samples, target: Dataset['target']['type']): Metrics {
  if (samples.count === 0) throw new RangeError('There are no samples to measure the network on.');
  const evaluation = new Evaluation(network, target);
  evaluation.start(samples);
  while (!evaluation.isComplete) evaluation.advance();
  return evaluation.metrics();
}
