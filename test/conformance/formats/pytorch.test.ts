import assert from 'node:assert/strict';
import { layers } from '../../../src/engine/layers/index';
import { pytorchKinds } from '../../../src/formats/pytorch/kinds';
import { namesFor } from '../../../src/formats/pytorch/python';
import { writePytorch } from '../../../src/formats/pytorch/write';
import { readSafetensors } from '../../../src/formats/safetensors';
import { dense, dropout, input, modelOf } from '../../unit/engine/support';
import { aloneOf, trainedOf } from './support';

/** PyTorch itself runs these programs in `npm run test:peers`; here, what does not need it. */
describe('A network as a program for PyTorch', () => {
  it('has a form for every kind of layer', () => {
    assert.deepEqual([...pytorchKinds].sort(), [...layers.keys()].sort());
  });

  for (const kind of layers.values())
    it(`has a weight in the file for each of the network: ${kind.kind}`, () => {
      const { trained } = trainedOf(aloneOf(kind));
      const { files } = writePytorch(trained);
      assert.deepEqual([...files.keys()], ['model.py', 'predict.py', 'tensors.py', 'weights.safetensors']);
      const { tensors } = readSafetensors(files.get('weights.safetensors') as Uint8Array);
      const sizes = (map: ReadonlyMap<string, { readonly values: ArrayLike<number> }>): number[] =>
        Array.from(map.values(), ({ values }) => values.length).sort((a, b) => a - b);
      assert.deepEqual(sizes(tensors), sizes(trained.weights));
      // Each weight is of a module that the program makes.
      const program = files.get('model.py') as string;
      for (const name of tensors.keys())
        assert.match(program, new RegExp(`self\\.${name.split('.')[0]} = nn\\.|self\\.it = DropConnect`));
    });

  it('reads well', () => {
    const { trained } = trainedOf(
      modelOf(
        [
          input(8, 8, 1),
          { id: 'conv1', kind: 'conv2d', filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' },
          { id: 'conv2', kind: 'conv2d', filters: 4, kernelSize: 3, padding: 'same', strides: 2 },
          { id: 'flat', kind: 'flatten' },
          dropout('drop', 0.4),
          dense('out', 3, { activation: 'softmax' }),
        ],
        null,
      ),
    );
    const program = writePytorch(trained).files.get('model.py') as string;
    assert.equal(
      program.slice(program.indexOf('class Network')),
      `class Network(nn.Module):
    """[batch, 8, 8, 1] -> [batch, 3].

    Inputs have their channels last, as in the model; they are brought to the front where layers of PyTorch want them
    there.

    With logits=True it gives the values before the softmax, for F.cross_entropy.
    """

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 4, 3, stride=2)
        self.drop = nn.Dropout(0.4)
        self.out = nn.Linear(64, 3)

    def forward(self, x, logits=False):
        x = F.relu(self.conv1(x.permute(0, 3, 1, 2)))
        x = self.conv2(F.pad(x, (0, 1, 0, 1)))
        x = x.permute(0, 2, 3, 1).flatten(1)
        x = self.drop(x)
        x = self.out(x)
        return x if logits else F.softmax(x, dim=-1)
`,
    );
  });

  it('names modules so that no name is taken', () => {
    const names = namesFor(['type', 'a-b', 'a.b', '1st', '__x', 'class', 'conv1']);
    assert.deepEqual([...names.values()], ['type_', 'a_b', 'a_b_', 'layer_1st', 'layer_x', 'class_', 'conv1']);
  });

  it('prepares columns as the training data was prepared, as constants', () => {
    const { trained } = trainedOf(modelOf([input(3), dense('out', 1)], null));
    const { files } = writePytorch({
      ...trained,
      target: { type: 'numbers', names: ['price'], scale: [{ scale: 2, offset: -1 }] },
      preparation: {
        type: 'columns',
        columns: [
          { name: 'area', type: 'number', log: true, subtract: 0.1, divide: 3, fill: 7 },
          { name: 'kind', type: 'category', values: ['a "b"', 'c'], missing: true },
        ],
      },
    });
    const program = files.get('predict.py') as string;
    assert.match(
      program,
      /\{"name": "area", "type": "number", "log": True, "subtract": 0\.1, "divide": 3, "fill": 7\}/,
    );
    assert.match(program, /"values": \["a \\"b\\"", "c"\], "missing": True/);
    assert.match(program, /SCALE = np\.array\(\[2\]\)\nOFFSET = np\.array\(\[-1\]\)/);
  });
});
