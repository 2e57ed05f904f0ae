import assert from 'node:assert/strict';
import { decodeModel, encodeModel } from '../../../src/formats/onnx/messages';
import { ExternalData, externalFilesOf } from '../../../src/formats/onnx/external';
import { readOnnx } from '../../../src/formats/onnx/read';
import { writeOnnx } from '../../../src/formats/onnx/write';
import { fieldsOf, intOf, ProtobufWriter, textOf } from '../../../src/formats/protobuf';
import type { JsonObject } from '../../../src/model/json';
import { parse, trainedOf } from '../../conformance/formats/support';
import { fixture, fuzz, refuses } from './support';

const read = (bytes: Uint8Array) => readOnnx(bytes, () => undefined);

describe('Protocol buffers', () => {
  it('are read as they were written: numbers of both signs, texts, messages', () => {
    const bytes = new ProtobufWriter()
      .int(1, -3)
      .int(2, 2 ** 40)
      .text(3, 'größe')
      .message(700, (m) => m.ints(1, [0, 300, -1]))
      .finish();
    const [a, b, c, d] = [...fieldsOf(bytes, 'It')];
    assert.deepEqual([intOf(a, 'It'), intOf(b, 'It'), textOf(c, 'It')], [-3, 2 ** 40, 'größe']);
    assert.equal(d.field, 700);
    // As protoc writes it: field 1, wire type 0, the number in ten bytes of two's complement.
    assert.deepEqual([...bytes.subarray(0, 3)], [0x08, 0xfd, 0xff]);
  });

  it('are refused where they are cut short or claim more than is there', () => {
    refuses(() => [...fieldsOf(Uint8Array.of(0x0a, 0x05, 1), 'It')], 'It has a field of 5 bytes, of which 1 are there');
    refuses(() => [...fieldsOf(Uint8Array.of(0x08, 0x80), 'It')], 'It is cut short in a number');
    refuses(() => [...fieldsOf(Uint8Array.of(0x0b), 'It')], 'wire type 3');
    refuses(() => [...fieldsOf(new Uint8Array(12).fill(0xff), 'It')], 'more than ten bytes');
  });
});

describe('ONNX files', () => {
  it('are refused where they are none, with what they lack', () => {
    refuses(() => read(new Uint8Array(0)), 'no graph');
    refuses(() => read(new TextEncoder().encode('<!doctype html><p>Not found')), '');
  });

  it('are refused where a weight claims gigabytes', () => {
    const tensor = (w: ProtobufWriter): unknown =>
      w
        .ints(1, [1 << 30, 1 << 30])
        .int(2, 1)
        .text(8, 'w');
    const bytes = new ProtobufWriter()
      .message(7, (g) => g.message(5, (t) => void tensor(t)))
      .message(8, (o) => o.int(2, 17))
      .finish();
    refuses(() => read(bytes), 'Tensor "w"', 'found 0');
  });

  describe('with weights in another file', () => {
    const entries = { location: 'w.data', offset: '4', length: '8' };
    const files = new Map([['w.data', new Uint8Array(Float32Array.of(0, 5, 6).buffer)]]);
    const tensor = (said: Record<string, string>) => (t: ProtobufWriter) => {
      t.ints(1, [1, 2]).int(2, 1).text(8, 'w').int(14, 1);
      for (const [key, value] of Object.entries(said)) t.message(13, (e) => e.text(1, key).text(2, value));
    };
    const file = (...all: Record<string, string>[]): Uint8Array =>
      new ProtobufWriter()
        .message(7, (g) => {
          for (const said of all) g.message(5, tensor(said));
        })
        .message(8, (o) => o.int(2, 17))
        .finish();
    const first = (bytes: Uint8Array) => decodeModel(bytes, new ExternalData(files)).graph.initializers[0];

    it('are read with it', () => {
      assert.deepEqual([...externalFilesOf(file(entries))], ['w.data']);
      assert.deepEqual([...first(file(entries)).values], [5, 6]);
      assert.deepEqual([...first(file({ location: 'w.data' })).values], [0, 5]);
    });
    it('are refused where it is not there, or lies elsewhere', () => {
      refuses(() => read(file(entries)), 'Tensor "w"', '"w.data", which is not there');
      for (const location of ['../w.data', '/etc/passwd', '..', 'C:\\w', ''])
        refuses(() => externalFilesOf(file({ ...entries, location })), 'files beside the ONNX file alone');
      refuses(() => first(file({})), 'Tensor "w"', 'keeps its data in ""');
    });
    it('are refused where it does not hold what is said', () => {
      refuses(() => first(file({ ...entries, offset: '8' })), 'end at byte 16 of "w.data", which has 12');
      refuses(() => first(file({ ...entries, length: '4' })), 'takes 8 bytes; "w.data" is said to hold 4');
      for (const offset of ['-4', '1e1', '99999999999999999999', 'x'])
        refuses(() => first(file({ ...entries, offset })), `byte "${offset}"`);
      // Lying over each other, a few bytes would become as much memory as there are tensors.
      refuses(() => first(file(entries, entries)), 'shares its data in "w.data"');
    });
  });

  const own = (more: JsonObject[], metadata: Record<string, string> = {}): Uint8Array => {
    const text = JSON.stringify({
      version: 1,
      layers: [{ id: 'x', kind: 'input', shape: [3] }, ...more, { id: 'o', kind: 'dense', units: 2 }],
    });
    const { trained } = trainedOf(parse(text)!);
    const file = decodeModel(writeOnnx(trained, text, { variant: 'inference', scaling: false }).bytes);
    return encodeModel({ ...file, metadata: new Map([...file.metadata, ...Object.entries(metadata)]) });
  };
  const norm = { id: 'n', kind: 'batchNorm', scale: false };

  it('are read by their graph where what was written beside it is damaged', () => {
    for (const key of ['classes', 'inputs'])
      for (const value of ['{', '3', '[1]']) {
        const { layers, classes } = readOnnx(own([norm], { [key]: value }), parse);
        assert.deepEqual([layers.map(({ kind }) => kind), classes], [['input', 'batchNorm', 'dense'], undefined]);
      }
  });

  it('take no gigabytes for a model beside the graph that says so', () => {
    const text = JSON.stringify({
      version: 1,
      layers: [
        { id: 'x', kind: 'input', shape: [2 ** 31] },
        { id: 'n', kind: 'batchNorm', scale: false },
      ],
    });
    const { layers } = readOnnx(own([norm], { 'dropout-studio.model': text }), parse);
    assert.equal(layers.length, 3);
  });

  it('are refused or read whole in 10,000 damaged copies: with a model beside the graph', function () {
    this.timeout(120_000);
    fuzz(
      own([norm], { classes: '["a", "b"]' }),
      (bytes) => readOnnx(bytes, parse),
      ({ text, layers }) => assert.ok(text !== undefined || layers.length > 0),
    );
  });

  for (const name of ['torch-mlp.onnx', 'torch-cnn.onnx'])
    it(`are refused or read whole in 10,000 damaged copies: ${name}`, function () {
      this.timeout(60_000);
      fuzz(fixture(name), read, ({ layers, weights }) => {
        assert.ok(layers.length > 0);
        for (const { shape, values } of weights.values())
          assert.equal(
            shape.reduce((product, n) => product * n, 1),
            values.length,
          );
      });
    });
});
