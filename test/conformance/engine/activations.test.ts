import assert from 'node:assert/strict';
import { activations } from '../../../src/engine/activations/index';
import { erf, erfc } from '../../../src/engine/math/erf';
import reference from '../../fixtures/engine/activations.json';

const { rows, columns } = reference;

function close(found: Float64Array, wanted: readonly number[], what: string): void {
  wanted.forEach((w, i) =>
    assert.ok(
      Math.abs(found[i] - w) <= 1e-12 + 1e-10 * Math.abs(w),
      `${what}[${i}] at ${reference.input[i]}: ${found[i]}, PyTorch ${w}`,
    ),
  );
}

describe(`Activations against PyTorch ${reference.torch}`, () => {
  for (const f of activations.values()) {
    const { kind, keeps } = f;
    const wanted = reference.cases.find((c) => c.kind === kind);
    it(`${kind}, forward and backward, in place too`, () => {
      assert.ok(wanted, `make_activations_reference.py lacks "${kind}"`);
      const x = Float64Array.from(reference.input);
      const y = new Float64Array(x.length);
      f.forward(x, y, rows, columns);
      close(y, wanted.output, 'output');
      const dy = Float64Array.from(reference.outputGradient);
      const dx = new Float64Array(x.length);
      f.backward(keeps === 'input' ? x : y, dy, dx, rows, columns);
      close(dx, wanted.gradient, 'gradient');
      f.backward(keeps === 'input' ? x : y, dy, dy, rows, columns);
      assert.deepEqual(dy, dx);
      f.forward(x, x, rows, columns);
      assert.deepEqual(x, y);
    });

    it(`${kind} lets NaN through, and is finite far out`, () => {
      const x = Float64Array.of(NaN, 1, -800, 800, -40, 40);
      const y = new Float64Array(x.length);
      f.forward(x, y, x.length, 1);
      assert.ok(Number.isNaN(y[0]));
      assert.ok(y.subarray(1).every(Number.isFinite));
    });
  }

  it('erf to the last digits, erfc relative to its size in the tail', () => {
    for (const [x, wanted] of reference.erf) assert.ok(Math.abs(erf(x) - wanted) < 4e-16, `erf ${x}`);
    for (const [x, wanted] of reference.erfc)
      assert.ok(Math.abs(erfc(x) / wanted - 1) < 1e-13 || wanted === 0, `erfc ${x}: ${erfc(x)}, ${wanted}`);
    assert.equal(erf(Infinity), 1);
    assert.equal(erfc(-Infinity), 2);
    assert.ok(Number.isNaN(erf(NaN)) && Number.isNaN(erfc(NaN)));
  });
});
