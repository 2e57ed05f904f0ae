import assert from 'node:assert/strict';
import type { Answers, MetricFacts } from '../../../src/engine/define';
import { classOf } from '../../../src/engine/evaluation';
import { Confusion } from '../../../src/engine/metrics/confusion';
import { metrics } from '../../../src/engine/metrics/index';
import reference from '../../fixtures/engine/metrics_reference.json';

const BATCH = 7;

/** Batches of `BATCH` rows, the last one smaller, as an evaluation hands them on. */
function* batches(outputs: number[][], targets: number[][], classes: boolean): Generator<Answers> {
  const columns = outputs[0].length;
  const answers = {
    outputs: new Float64Array(BATCH * columns),
    targets: new Float64Array(BATCH * columns),
    rows: 0,
    columns,
    answered: new Uint32Array(BATCH),
    wanted: new Uint32Array(BATCH),
  };
  for (let from = 0; from < outputs.length; from += BATCH) {
    answers.rows = Math.min(BATCH, outputs.length - from);
    answers.outputs.set(outputs.slice(from, from + BATCH).flat());
    answers.targets.set(targets.slice(from, from + BATCH).flat());
    for (let row = 0; classes && row < answers.rows; row++) {
      answers.answered[row] = classOf(answers.outputs, row, columns);
      answers.wanted[row] = classOf(answers.targets, row, columns);
    }
    yield answers;
  }
}

/** To 1e-9: sums are in another order. */
const close = (found: number | undefined, wanted: number, what: string): void =>
  assert.ok(
    found !== undefined && Math.abs(found - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)),
    `${what}: ${found}, scikit-learn ${wanted}`,
  );

describe(`Metrics of scikit-learn ${reference.sklearn}`, () => {
  const seen = new Set<string>();
  const measure = (name: string, facts: Omit<MetricFacts, 'scale'>, outputs: number[][], targets: number[][]) => {
    const kind = name.startsWith('top') ? 'topK' : name;
    seen.add(kind);
    const definition = metrics.get(kind)!;
    const params = { k: 2 };
    assert.equal(definition.name(params), name);
    const meter = definition.create(params, { ...facts, scale: new Float64Array(facts.columns).fill(1) });
    // Twice: the second time must not remember the first.
    for (let again = 0; again < 2; again++) {
      meter.start();
      for (const answers of batches(outputs, targets, facts.classes > 0)) meter.add(answers);
    }
    return meter.value();
  };

  for (const { name, classes, outputs, wanted, values, confusion } of reference.classes) {
    const targets = wanted.map((w) => Array.from({ length: classes }, (_, c) => Number(c === w)));
    const facts = { classes, columns: classes, capacity: wanted.length };
    it(name, () => {
      for (const [metric, value] of Object.entries(values) as [string, number][])
        close(measure(metric, facts, outputs, targets), value, metric);
      const counted = new Confusion(classes);
      for (const answers of batches(outputs, targets, true)) counted.add(answers);
      assert.deepEqual(counted.matrix(), confusion);
    });
    if (classes !== 2) continue;
    it(`${name}, from one output`, () => {
      const [p, second] = [outputs.map((o) => [o[1]]), targets.map((t) => [t[1]])];
      const one = { ...facts, columns: 1 };
      for (const [metric, value] of Object.entries(values) as [string, number][])
        close(measure(metric, one, p, second), value, metric);
    });
  }

  for (const { name, outputs, targets, values } of reference.numbers)
    it(name, () => {
      const facts = { classes: 0, columns: outputs[0].length, capacity: outputs.length };
      for (const [metric, value] of Object.entries<number>(values))
        close(measure(metric, facts, outputs, targets), value, metric);
    });

  it('covers every metric', () => {
    assert.deepEqual([...seen].sort(), [...metrics.keys()].sort());
  });

  it('has no AUC where only one class is to be found', () => {
    const facts = { classes: 2, columns: 2, capacity: 2 };
    const two = [
      [0.4, 0.6],
      [0.3, 0.7],
    ];
    const same = [
      [0, 1],
      [0, 1],
    ];
    assert.equal(measure('rocAuc', facts, two, same), undefined);
  });
});
