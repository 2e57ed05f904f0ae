import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { activations } from '../../../src/engine/activations/index';
import { layers } from '../../../src/engine/layers/index';
import { permuted } from '../../../src/formats/exchange/trained';
import { decodeModel, encodeModel } from '../../../src/formats/onnx/messages';
import { externalFilesOf } from '../../../src/formats/onnx/external';
import { readOnnx } from '../../../src/formats/onnx/read';
import { writeOnnx } from '../../../src/formats/onnx/write';
import { dense, input, modelOf } from '../../unit/engine/support';
import { aloneOf, answer, answersOf, distance, networkOf, parse, textOf, trainedOf } from './support';

const inference = { variant: 'inference', scaling: false } as const;

/** As if another program had written it. */
function foreign(bytes: Uint8Array): Uint8Array {
  return encodeModel({ ...decodeModel(bytes), metadata: new Map() });
}

describe('A network read from ONNX', () => {
  for (const kind of layers.values())
    it(`answers as before, when another program could have written it: ${kind.kind}`, () => {
      const { network, trained } = trainedOf(aloneOf(kind));
      const { x, y, rows } = answersOf(network, kind);
      const read = networkOf(readOnnx(foreign(writeOnnx(trained, '', inference).bytes), parse));
      assert.ok(distance(answer(read, x, rows), y) < 1e-5);
    });

  for (const kind of activations.keys())
    it(`keeps the activation within its layer: ${kind}`, () => {
      const written = [input(3), dense('h', 5, { activation: kind }), dense('o', 2, { activation: kind })];
      const { network, trained } = trainedOf(modelOf(written, null));
      const { x, y, rows } = answersOf(network);
      const imported = readOnnx(foreign(writeOnnx(trained, '', inference).bytes), parse);
      assert.deepEqual(
        imported.layers.map((l) => [l.kind, l.params.activation ?? 'linear']),
        [
          ['input', 'linear'],
          ['dense', kind],
          ['dense', kind],
        ],
      );
      assert.ok(distance(answer(networkOf(imported), x, rows), y) < 1e-5);
    });

  it('gives the very text that was written, and its weights to the bit, dropout and all', () => {
    for (const kind of layers.values()) {
      const text = textOf(aloneOf(kind));
      const { trained } = trainedOf(parse(text)!);
      for (const variant of ['inference', 'training'] as const) {
        const imported = readOnnx(writeOnnx(trained, text, { variant, scaling: false }).bytes, parse);
        assert.equal(imported.text, text, kind.kind);
        assert.deepEqual([...imported.weights.keys()].sort(), [...trained.weights.keys()].sort(), kind.kind);
        for (const [name, { values }] of imported.weights)
          assert.deepEqual([...values], [...trained.weights.get(name)!.values], name);
      }
    }
  });

  it('takes weights from the graph, and the text of a file only while it says what the graph says', () => {
    const text = `{ "version": 1, "name": "t", "layers": [
      { "id": "input", "kind": "input", "shape": [2] },
      { "id": "o", "kind": "dense", "units": 1, "activation": "relu" }
    ] }`;
    const { trained } = trainedOf(parse(text)!);
    const file = decodeModel(writeOnnx(trained, text, inference).bytes);
    const { graph } = file;
    const [kernel, ...others] = graph.initializers;
    const changed = { ...graph, initializers: [{ ...kernel, values: Float32Array.of(5, 6) }, ...others] };
    const moved = readOnnx(encodeModel({ ...file, graph: changed }), parse);
    assert.equal(moved.text, text);
    assert.deepEqual([...moved.weights.get('o/kernel')!.values], [5, 6]);
    const nodes = graph.nodes.map((node) => (node.type === 'Relu' ? { ...node, type: 'Tanh' } : node));
    const other = readOnnx(encodeModel({ ...file, graph: { ...graph, nodes } }), parse);
    assert.equal(other.text, undefined);
    assert.equal(other.layers[1].params.activation, 'tanh');
  });

  it('lists every node that has no counterpart, and reads nothing then', () => {
    const { trained } = trainedOf(modelOf([input(4), dense('h', 4, { activation: 'relu' }), dense('o', 2)], null));
    const file = decodeModel(writeOnnx(trained, '', inference).bytes);
    const nodes = file.graph.nodes.map((node) =>
      node.type === 'Relu' ? { ...node, type: 'HardSwish' } : node.name === 'o' ? { ...node, type: 'Einsum' } : node,
    );
    assert.throws(
      () => readOnnx(encodeModel({ ...file, graph: { ...file.graph, nodes } }), parse),
      (error: Error) => /HardSwish "h"/.test(error.message) && /Einsum "o"/.test(error.message),
    );
  });

  it('reads the softplus of PyTorch, which gives x itself above a threshold, and no other choice between values', () => {
    const { network, trained } = trainedOf(modelOf([input(3), dense('h', 5, { activation: 'softplus' })], null));
    const file = decodeModel(writeOnnx(trained, '', inference).bytes);
    const read = (threshold: number) => {
      const nodes = file.graph.nodes.flatMap((node) => {
        if (node.type !== 'Softplus') return [node];
        const [x] = node.inputs;
        return [
          { ...node, outputs: ['soft'] },
          { ...node, type: 'Greater', name: 'g', inputs: [x, 'threshold'], outputs: ['large'] },
          { ...node, type: 'Where', name: 'w', inputs: ['large', x, 'soft'] },
        ];
      });
      const least = { name: 'threshold', shape: [], values: Float32Array.of(threshold) };
      const initializers = [...file.graph.initializers, least];
      return readOnnx(foreign(encodeModel({ ...file, graph: { ...file.graph, nodes, initializers } })), parse);
    };
    const imported = read(20);
    assert.deepEqual(
      imported.layers.map((l) => l.params.activation),
      [undefined, 'softplus'],
    );
    const x = Float32Array.of(1, -2, 3, 40, 50, -60);
    assert.ok(distance(answer(networkOf(imported), x, 2), answer(network, x, 2)) < 1e-5);
    assert.throws(
      () => read(2),
      (error: Error) => /Greater "g"/.test(error.message) && /Where "w"/.test(error.message),
    );
  });

  it('says what a window is padded by where neither "same" nor "valid" is', () => {
    const { trained } = trainedOf(
      modelOf([input(8, 8, 1), { id: 'c', kind: 'conv2d', filters: 2, kernelSize: 3 }], null),
    );
    const file = decodeModel(writeOnnx(trained, '', inference).bytes);
    const nodes = file.graph.nodes.map((node) =>
      node.type === 'Conv'
        ? {
            ...node,
            attributes: new Map([...node.attributes, ['pads', { type: 'ints' as const, value: [2, 0, 0, 0] }]]),
          }
        : node,
    );
    assert.throws(
      () => readOnnx(encodeModel({ ...file, graph: { ...file.graph, nodes } }), parse),
      /Conv "c\/?.*" is padded by \[2, 0, 0, 0\]; "same" would be \[1, 1, 1, 1\]/,
    );
  });

  it('takes the scaling of inputs and outputs into the dense layers beside it', () => {
    const { network, trained } = trainedOf(
      modelOf([input(3), dense('h', 5, { activation: 'tanh' }), dense('o', 2)], null),
    );
    const scaling = { offset: [1, 2, 0.5], scale: [2, 0.25, 1] };
    const scale = [
      { scale: 3, offset: -1 },
      { scale: 0.5, offset: 10 },
    ];
    const { bytes } = writeOnnx({ ...trained, scaling, target: { type: 'numbers', names: ['u', 'v'], scale } }, '', {
      variant: 'inference',
      scaling: true,
    });
    const raw = Float32Array.of(1, 2, 3, 0.5, 0.25, -7);
    const seen = raw.map((v, i) => (v - scaling.offset[i % 3]) / scaling.scale[i % 3]);
    const wanted = answer(network, seen, 2).map((v, i) => v * scale[i % 2].scale + scale[i % 2].offset);
    assert.ok(distance(answer(networkOf(readOnnx(foreign(bytes), parse)), raw, 2), wanted) < 1e-5);
  });

  for (const name of ['mlp', 'activations', 'cnn', 'residual', 'sequence', 'dynamo'])
    it(`answers as PyTorch does, which exported it: ${name}`, () => {
      const folder = join('test', 'fixtures', 'formats');
      const { x, y, shape } = JSON.parse(readFileSync(join(folder, `torch-${name}.json`), 'utf8')) as {
        x: number[];
        y: number[];
        shape: number[];
      };
      const bytes = new Uint8Array(readFileSync(join(folder, `torch-${name}.onnx`)));
      const beside = [...externalFilesOf(bytes)];
      assert.deepEqual(beside, name === 'dynamo' ? ['torch-dynamo.onnx.data'] : []);
      const files = new Map(beside.map((file) => [file, new Uint8Array(readFileSync(join(folder, file)))]));
      const imported = readOnnx(bytes, parse, files);
      const network = networkOf(imported);
      // Theirs has the channels first.
      const values = Float32Array.from(x);
      const inner = shape.slice(1).map((_, i) => i + 2);
      const turned = shape.length > 1 ? permuted(values, [4, ...shape], [0, ...inner, 1]) : values;
      assert.ok(distance(answer(network, turned, 4), y) < 1e-5);
    });
});
