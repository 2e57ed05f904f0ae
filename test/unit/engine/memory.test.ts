import assert from 'node:assert/strict';
import { reference } from '../../../src/engine/kernels/reference';
import { compile } from '../../../src/engine/network';
import { estimateMemory } from '../../../src/engine/plan';
import { Trainer } from '../../../src/engine/trainer';
import { dense, dropout, input, modelOf, xorData } from './support';

describe('Memory of everything that a step works on', () => {
  it('is the kernels’ own, as much as was foretold, wherever they put it', () => {
    const layers = [
      input(2),
      dense('h', 8, { activation: 'relu' }),
      dropout('d', 0.5),
      dense('o', 2, { activation: 'softmax' }),
    ];
    const model = modelOf(layers, { optimizer: 'adam' });
    const alone = new Trainer(compile(model), xorData());
    // One memory for all, as a WebAssembly set has it, with something else at its start.
    const buffer = new ArrayBuffer(1 << 16);
    let byteOffset = 4096;
    const allocate = (bytes: number) => ({ buffer, byteOffset: (byteOffset += bytes) - bytes });
    const together = new Trainer(compile(model, { kernels: { ...reference, allocate } }), xorData());
    const { network, optimizer } = estimateMemory(model);
    assert.equal(byteOffset, 4096 + network + optimizer);
    for (const trainer of [alone, together]) while (!trainer.end) trainer.advance();
    assert.deepEqual(together.state(), alone.state());
    assert.ok(new Uint8Array(buffer, 0, 4096).every((byte) => byte === 0));
    assert.ok([...together.state().tensors.keys()].some((name) => name.startsWith('optimizer/')));
  });
});
