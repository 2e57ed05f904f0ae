import { writeCard } from '../card/card';
import { FormatError } from '../error';
import { writeKeras } from '../keras/keras';
import { writeKerasProgram } from '../keras/program';
import { writeTfjs } from '../keras/tfjs';
import { writeOnnx } from '../onnx/write';
import { writePage } from '../page/write';
import { writePytorch } from '../pytorch/write';
import { writeSafetensors } from '../safetensors';
import type { ExportRequest, ExportResult } from './request';

/** A way to take a trained network elsewhere. To add one: a file that writes it, and an entry below. */
export interface ExportFormat {
  readonly kind: string;
  readonly title: string;
  readonly help: string;
  /** The name of what is written: of a file, or with none of its own ending, of a folder. */
  readonly name: string;
  /** Whether `dropout` and `scaling` make a difference. */
  readonly options: readonly ('dropout' | 'scaling')[];
  /** True: what a page runs is part of what is written, and given with the request. */
  readonly program?: true;
  /** @throws FormatError where a weight is missing, or a layer has no form there */
  write(request: ExportRequest): ExportResult;
}

export const exportFormats: ReadonlyMap<string, ExportFormat> = new Map(
  (
    [
      {
        kind: 'onnx',
        title: 'ONNX',
        help: 'One file with the weights inside, opset 17: for ONNX Runtime, and whatever else reads ONNX.',
        name: 'model.onnx',
        options: ['dropout', 'scaling'],
        write({ trained, text, dropout, scaling }) {
          const { bytes, notes } = writeOnnx(trained, text, { variant: dropout ? 'training' : 'inference', scaling });
          return { files: new Map([['model.onnx', bytes]]), notes };
        },
      },
      {
        kind: 'keras',
        title: 'Keras 3',
        help: 'One .keras file, for keras.models.load_model on any of its backends.',
        name: 'model.keras',
        options: [],
        write: ({ trained, text }) => writeKeras(trained, text),
      },
      {
        kind: 'keras-program',
        title: 'Keras 3 program',
        help: 'A folder with model.py, which builds the network line by line, and model.weights.h5.',
        name: 'keras',
        options: [],
        write: ({ trained }) => writeKerasProgram(trained),
      },
      {
        kind: 'tfjs',
        title: 'TensorFlow.js',
        help: 'A folder with model.json and weights.bin, for tf.loadLayersModel.',
        name: 'tfjs',
        options: [],
        write: ({ trained, text }) => writeTfjs(trained, text),
      },
      {
        kind: 'pytorch',
        title: 'PyTorch',
        help: 'A folder with model.py, its weights, and predict.py, which answers new samples: torch and numpy alone.',
        name: 'pytorch',
        options: [],
        write: ({ trained }) => writePytorch(trained),
      },
      {
        kind: 'safetensors',
        title: 'safetensors',
        help: 'The weights alone, by name, in the shapes of the model: for PyTorch, JAX and others.',
        name: 'weights.safetensors',
        options: [],
        write({ trained: { model, weights } }) {
          const own = new Map(
            [...weights].filter(([name]) => model.layers.some(({ id }) => id === name.slice(0, name.lastIndexOf('/')))),
          );
          const file = writeSafetensors({ tensors: own, metadata: new Map([['format', 'dropout-studio-weights-1']]) });
          return { files: new Map([['weights.safetensors', file]]), notes: [] };
        },
      },
      {
        kind: 'html',
        title: 'Standalone page',
        help: 'One HTML file that runs the network in any browser, from disk: inputs, answers, and dropout on or off.',
        name: 'model.html',
        options: [],
        program: true,
        write(request) {
          const { program } = request;
          if (!program) throw new FormatError('A page needs the program that it runs.');
          return writePage(request, program);
        },
      },
      {
        kind: 'card',
        title: 'Model card',
        help: 'A folder with MODEL_CARD.md and the curves as SVG: what the network is, how it was trained, how well it does.',
        name: 'model-card',
        options: [],
        write: writeCard,
      },
    ] satisfies readonly ExportFormat[]
  ).map((format) => [format.kind, format]),
);
