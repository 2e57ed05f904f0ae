import type { Answers, Meter } from '../define';

/** How often each class was answered where each was wanted: what precision, recall and F1 are made from. */
export class Confusion {
  readonly #counts: Float64Array;

  constructor(readonly classes: number) {
    this.#counts = new Float64Array(classes * classes);
  }

  start(): void {
    this.#counts.fill(0);
  }

  add({ answered, wanted, rows }: Answers): void {
    for (let row = 0; row < rows; row++) this.#counts[wanted[row] * this.classes + answered[row]]++;
  }

  /** Samples of class `wanted` that were answered `answered`. */
  count(wanted: number, answered: number): number {
    return this.#counts[wanted * this.classes + answered];
  }
  /** Samples of a class. */
  wanted(c: number): number {
    let sum = 0;
    for (let other = 0; other < this.classes; other++) sum += this.count(c, other);
    return sum;
  }
  /** Samples answered with a class. */
  answered(c: number): number {
    let sum = 0;
    for (let other = 0; other < this.classes; other++) sum += this.count(other, c);
    return sum;
  }

  /** A row for each class wanted, in it a number for each class answered. */
  matrix(): number[][] {
    return Array.from({ length: this.classes }, (_, wanted) =>
      Array.from({ length: this.classes }, (_, answered) => this.count(wanted, answered)),
    );
  }
}

/**
 * A score of each class, put together as scikit-learn does: of two classes the score of the second, which is called the
 * positive one; of more, the mean over the classes that were wanted or answered at all ("macro").
 */
export function ofClasses(classes: number, score: (confusion: Confusion, c: number) => number): Meter {
  const confusion = new Confusion(classes);
  return {
    start: () => confusion.start(),
    add: (answers) => confusion.add(answers),
    value() {
      if (classes === 2) return score(confusion, 1);
      let sum = 0;
      let seen = 0;
      for (let c = 0; c < classes; c++) {
        if (confusion.wanted(c) + confusion.answered(c) === 0) continue;
        sum += score(confusion, c);
        seen++;
      }
      return seen === 0 ? undefined : sum / seen;
    },
  };
}

/** 0 where there is nothing to divide by, as in scikit-learn. */
export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
