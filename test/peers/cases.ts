// Writes what the peers are to answer: every kind of layer and a few networks, in their formats, with our own answers.
// Run by scripts/test-peers.mjs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { activations } from '../../src/engine/activations/index';
import { layers } from '../../src/engine/layers/index';
import { exportFormats } from '../../src/formats/exchange/exports';
import { floatBytes } from '../../src/formats/keras/tfjs';
import type { Model } from '../../src/model/model';
import { aloneOf, answersOf, trainedOf } from '../conformance/formats/support';
import { dense, input, modelOf } from '../unit/engine/support';

const [folder, ...formats] = process.argv.slice(2);

function write(name: string, model: Model, kind?: string): void {
  const { network, trained } = trainedOf(model);
  const { x, y, rows } = answersOf(network, kind === undefined ? undefined : layers.get(kind));
  const target = { type: 'numbers', names: [] } as const;
  for (const format of formats) {
    const { files } = exportFormats.get(format)!.write({
      trained: { ...trained, target },
      text: '',
      dropout: false,
      scaling: false,
    });
    for (const [file, content] of files) put(join(folder, name, format, file), content);
  }
  put(join(folder, name, 'x.bin'), floatBytes([x]));
  put(join(folder, name, 'y.bin'), floatBytes([y]));
  const { shape } = model.layers[0];
  put(
    join(folder, name, 'case.json'),
    JSON.stringify({ x: [rows, ...shape], y: [rows, ...model.layers.at(-1)!.shape] }),
  );
}

function put(file: string, content: Uint8Array | string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

for (const kind of layers.values()) write(`layer ${kind.kind}`, aloneOf(kind), kind.kind);
for (const kind of activations.keys())
  write(
    `activation ${kind}`,
    modelOf([input(5), dense('h', 6, { activation: kind }), { id: 'a', kind: 'activation', activation: kind }], null),
  );
write(
  'a residual network',
  modelOf(
    [
      input(7, 6, 3),
      { id: 'a', kind: 'conv2d', filters: 4, kernelSize: [3, 2], padding: 'same', activation: 'relu' },
      { id: 'n', kind: 'batchNorm', scale: false },
      { id: 'b', kind: 'conv2d', filters: 4, kernelSize: 3, padding: 'same', dilationRate: 2, bias: false },
      { id: 'sum', kind: 'add', inputs: ['b', 'n'] },
      { id: 'c', kind: 'conv2d', filters: 2, kernelSize: 3, strides: 2, padding: 'same', inputs: ['a'] },
      { id: 'p', kind: 'maxPool2d', poolSize: [3, 2], strides: 2, padding: 'same', inputs: ['sum'] },
      { id: 'joined', kind: 'concat', inputs: ['p', 'c'] },
      { id: 'v', kind: 'averagePool2d', poolSize: 2, padding: 'same' },
      { id: 'f', kind: 'flatten' },
      dense('u', 5, { inputs: ['f'] }),
      dense('w', 5, { inputs: ['f'], activation: 'sigmoid' }),
      { id: 'm', kind: 'multiply', inputs: ['w', 'u'] },
      dense('o', 3, { activation: 'softmax' }),
    ],
    null,
  ),
);
