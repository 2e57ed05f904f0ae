import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors';
import { json, model, workplace } from './support';

describe('netjson import', () => {
  const { run, at, put } = workplace();
  const link =
    'https://playground.example/#activation=relu&batchSize=10&dataset=spiral&learningRate=0.03&regularization=L2' +
    '&regularizationRate=0.01&noise=5&networkShape=8,4&percTrainData=50&x=true&y=true&problem=classification';

  it('reads what PyTorch exported: a model that checks, and a run with its weights', async () => {
    await copyFile(resolve('test/fixtures/formats/torch-cnn.onnx'), at('cnn.onnx'));
    const { code, out, err } = await run(['import', 'cnn.onnx', '--output', 'cnn.netjson', '--json']);
    assert.equal(code, 0, err);
    const [{ file, run: directory, layers }] = json(out) as unknown as [{ file: string; run: string; layers: number }];
    assert.match(await readFile(file, 'utf8'), /"kind": "conv2d"/);
    assert.ok(layers > 5);
    assert.equal((await run(['check', 'cnn.netjson'])).code, 0);
    const again = await run(['export', directory, '--format', 'onnx', '--output', 'again.onnx']);
    assert.equal(again.code, 0, again.err);
    assert.match((await run(['runs', 'list'])).out, /cnn/);
  });

  it('reads weights from the file beside an ONNX file, and says where it belongs where it is not there', async () => {
    const copy = (name: string) => copyFile(resolve('test/fixtures/formats', name), at(name));
    await copy('torch-dynamo.onnx');
    const lacking = await run(['import', 'torch-dynamo.onnx', '--output', 'd.netjson']);
    assert.notEqual(lacking.code, 0);
    assert.match(lacking.err, /Weights are in "torch-dynamo\.onnx\.data", which is not in .*: put it there\./);
    assert.equal(existsSync(at('d.netjson')), false);
    await copy('torch-dynamo.onnx.data');
    const { code, err } = await run(['import', 'torch-dynamo.onnx', '--output', 'd.netjson']);
    assert.equal(code, 0, err);
    assert.match(err, /5 layers, 519 parameters/);
  });

  it('brings back what was exported, text and weights', async () => {
    await put(model());
    await run(['train', 'm.netjson', '--run-dir', 'r']);
    await run(['export', 'r', '--format', 'onnx', '--output', 'm.onnx', '--dropout']);
    const { out, err } = await run(['import', 'm.onnx', '--output', 'back.netjson', '--json']);
    const [{ run: directory }] = json(out) as unknown as [{ run: string }];
    assert.equal(await readFile(at('back.netjson'), 'utf8'), await readFile(at('m.netjson'), 'utf8'), err);
    const weights = async (from: string) =>
      readSafetensors(await readFile(`${from}/checkpoints/best.safetensors`)).tensors;
    assert.deepEqual(await weights(directory), await weights(at('r')));
  });

  it('reads what Keras saved: layers, weights, and how it was trained', async () => {
    await copyFile(resolve('test/fixtures/formats/keras3-sequential.keras'), at('k.keras'));
    const { code, out, err } = await run(['import', 'k.keras', '--output', 'k.netjson', '--json']);
    assert.equal(code, 0, err);
    const [{ run: directory }] = json(out) as unknown as [{ run: string }];
    const text = await readFile(at('k.netjson'), 'utf8');
    assert.match(text, /"id": "dropout", "kind": "dropout", "rate": 0\.4/);
    assert.match(text, /"training": \{ "loss": "crossentropy", "optimizer": \{ "kind": "adam", "learningRate": 0\.003/);
    assert.equal((await run(['check', 'k.netjson'])).code, 0);
    assert.equal((await run(['export', directory, '--format', 'onnx', '--output', 'k.onnx'])).code, 0);
  });

  it('reads the layers of Keras alone, and says that there are no weights', async () => {
    await copyFile(resolve('test/fixtures/formats/keras2-sequential-config.json'), at('c.json'));
    const { code, err } = await run(['import', 'c.json', '--output', 'c.netjson']);
    assert.equal(code, 0, err);
    assert.match(err, /8 layers, 150 parameters; the file has no weights/);
    assert.match(await readFile(at('c.netjson'), 'utf8'), /"kind": "alphaDropout"/);
    assert.deepEqual((await readdir(at())).sort(), ['c.json', 'c.netjson']);
  });

  it('brings back what was exported to Keras and TensorFlow.js, text and weights', async () => {
    await put(model());
    await run(['train', 'm.netjson', '--run-dir', 'r']);
    const weights = async (from: string) =>
      readSafetensors(await readFile(`${from}/checkpoints/best.safetensors`)).tensors;
    for (const [format, output, from] of [
      ['keras', 'm.keras', 'm.keras'],
      ['tfjs', 'tfjs', 'tfjs/model.json'],
    ]) {
      assert.equal((await run(['export', 'r', '--format', format, '--output', output])).code, 0);
      const { out, err } = await run(['import', from, '--output', `${format}.netjson`, '--json']);
      const [{ run: directory }] = json(out) as unknown as [{ run: string }];
      assert.equal(await readFile(at(`${format}.netjson`), 'utf8'), await readFile(at('m.netjson'), 'utf8'), err);
      assert.deepEqual(await weights(directory), await weights(at('r')));
    }
  });

  it('leaves out settings of training that do not go with the network, and says so', async () => {
    const dense = { class_name: 'Dense', config: { name: 'd', units: 2, batch_input_shape: [null, 3] } };
    const file = {
      class_name: 'Sequential',
      config: { name: 's', layers: [dense] },
      compile_config: { optimizer: 'adam', loss: 'categorical_crossentropy' },
    };
    await writeFile(at('s.json'), JSON.stringify(file));
    const { code, err } = await run(['import', 's.json', '--output', 's.netjson']);
    assert.equal(code, 0, err);
    assert.match(err, /The settings of training are left out: .*softmax/);
    assert.doesNotMatch(await readFile(at('s.netjson'), 'utf8'), /training/);
  });

  it('refuses files of other kinds by their ending', async () => {
    await writeFile(at('w.pt'), '');
    assert.match(
      (await run(['import', 'w.pt', '--output', 'w.netjson'])).err,
      /networks are read from .onnx, .keras, .h5, .hdf5 and .json files, weights from .safetensors and .weights.h5 files/,
    );
  });

  it('puts a PyTorch state_dict onto a model, by names or in order', async () => {
    await put(model());
    const linear = (features: number, units: number) => ({
      weight: { shape: [units, features], values: Float32Array.from({ length: units * features }, (_, i) => i / 10) },
      bias: { shape: [units], values: new Float32Array(units).fill(0.5) },
    });
    for (const [first, second] of [
      ['hidden', 'output'],
      ['net.0', 'net.10'],
    ]) {
      const [a, b] = [linear(2, 6), linear(6, 2)];
      const tensors = new Map([
        [`${first}.weight`, a.weight],
        [`${first}.bias`, a.bias],
        [`${second}.weight`, b.weight],
        [`${second}.bias`, b.bias],
      ]);
      await writeFile(at('w.safetensors'), writeSafetensors({ tensors, metadata: new Map() }));
      const { code, out, err } = await run(['import', 'w.safetensors', '--model', 'm.netjson', '--json']);
      assert.equal(code, 0, err);
      const [{ run: directory }] = json(out) as unknown as [{ run: string }];
      const kept = readSafetensors(await readFile(`${directory}/checkpoints/best.safetensors`)).tensors;
      // [units, features] there, [features, units] here.
      assert.deepEqual([...kept.get('hidden/kernel')!.values.subarray(0, 3)], [0, 0.2, 0.4].map(Math.fround));
      assert.deepEqual(kept.get('hidden/kernel')!.shape, [2, 6]);
    }
  });

  it('reads a state_dict of PyTorch whole: half-precision weights, and a count of batches in I64', async () => {
    await put(
      model({
        layers: [
          { id: 'input', kind: 'input', shape: [2] },
          { id: 'norm', kind: 'batchNorm' },
          { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
        ],
      }),
    );
    // As safetensors.torch.save_file(network.half().state_dict(), …) writes it: the header, then 2-byte and 8-byte values.
    const parts: [string, string, number[], number[]][] = [
      ['norm.num_batches_tracked', 'I64', [], [7, 0, 0, 0, 0, 0, 0, 0]],
      ...['weight', 'bias', 'running_mean', 'running_var'].map((name): [string, string, number[], number[]] => [
        `norm.${name}`,
        'F16',
        [2],
        [0x00, 0x3e, 0x00, 0xc0],
      ]),
      ['output.weight', 'BF16', [2, 2], [0xc0, 0x3f, 0x00, 0xc0, 0x80, 0x3f, 0x00, 0x00]],
      ['output.bias', 'BF16', [2], [0xc0, 0x3f, 0x00, 0xc0]],
    ];
    let end = 0;
    const entries = parts.map(([name, dtype, shape, bytes]) => {
      const begin = end;
      end += bytes.length;
      return [name, { dtype, shape, data_offsets: [begin, end] }];
    });
    const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writeFile(at('w.safetensors'), Buffer.concat([length, header, Buffer.from(parts.flatMap(([, , , b]) => b))]));
    const { code, out, err } = await run(['import', 'w.safetensors', '--model', 'm.netjson', '--json']);
    assert.equal(code, 0, err);
    const [{ run: directory }] = json(out) as unknown as [{ run: string }];
    const kept = readSafetensors(await readFile(`${directory}/checkpoints/best.safetensors`)).tensors;
    assert.deepEqual([...kept.get('norm/gamma')!.values], [1.5, -2]);
    assert.deepEqual([...kept.get('output/kernel')!.values], [1.5, 1, -2, 0]);
  });

  it('lists what fits nothing, and keeps nothing then', async () => {
    await put(model());
    const tensors = new Map([
      ['hidden.weight', { shape: [6, 3], values: new Float32Array(18) }],
      ['hidden.bias', { shape: [6], values: new Float32Array(6) }],
      ['output.weight', { shape: [2, 6], values: new Float32Array(12) }],
      ['output.scale', { shape: [1], values: new Float32Array(1) }],
    ]);
    await writeFile(at('w.safetensors'), writeSafetensors({ tensors, metadata: new Map() }));
    const { code, err } = await run(['import', 'w.safetensors', '--model', 'm.netjson']);
    assert.equal(code, 1);
    assert.match(err, /"hidden.weight" of shape \[6, 3\] does not fit "hidden\/kernel" of shape \[2, 6\]/);
    assert.match(err, /"output\/bias" gets nothing/);
    assert.match(err, /"output.scale" has no place/);
    assert.deepEqual((await readdir(at())).sort(), ['m.netjson', 'w.safetensors']);
  });

  it('makes a model of a link of the Playground, which trains', async () => {
    const { code, err } = await run(['import', link, '--output', 'p.netjson']);
    assert.equal(code, 0, err);
    const text = await readFile(at('p.netjson'), 'utf8');
    assert.match(text, /"source": "spiral"/);
    assert.match(text, /"units": 8, "activation": "relu", "l2": 0\.005/);
    assert.equal((await run(['train', 'p.netjson', '--epochs', '1', '--run-dir', 'r'])).code, 0);
  });

  it('refuses settings of a link that have no counterpart, and files that are taken', async () => {
    const refused = await run([
      'import',
      link.replace('dataset=spiral', 'dataset=cube&sinX=true'),
      '--output',
      'p.netjson',
    ]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /data set "cube"[^]*input "sinX"/);
    assert.ok(!existsSync(at('p.netjson')));
    assert.match(
      (await run(['import', 'https://x.example/', '--output', 'p.netjson'])).err,
      /no link of the TensorFlow Playground/,
    );
    await put(model());
    await copyFile(resolve('test/fixtures/formats/torch-mlp.onnx'), at('mlp.onnx'));
    assert.match((await run(['import', 'mlp.onnx', '--output', 'm.netjson'])).err, /exists already/);
    assert.match((await run(['import', 'mlp.onnx'])).err, /needs --output/);
  });
});
