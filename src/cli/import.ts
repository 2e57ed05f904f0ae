import { resolve } from 'node:path';
import { importNetwork, importPlayground } from '../exchange/import';
import { isWeightsFile } from '../formats/exchange/imported';
import { count } from '../model/words';
import { readArgs } from './args';
import { type CliIo, type ExitCode, UsageError, exit } from './io';

export const importHelp = `netjson import FILE.onnx|.keras|.h5|.json --output MODEL.netjson [--json]
netjson import FILE.safetensors|.weights.h5 --model MODEL.netjson [--json]
netjson import LINK --output MODEL.netjson

Brings a network here. From ONNX, from Keras (.keras, a whole model as .h5, or the .json of
its layers alone) and from TensorFlow.js (model.json and the weights beside it), the layers
become a model and the weights a run of it.
Weights alone, under our names, as a PyTorch state_dict or as Keras saves them, become a
run of a model that is there. A link of the TensorFlow Playground becomes a model. What has no counterpart is
listed by name, and nothing is written then.

  --output MODEL  the new .netjson file
  --model MODEL   the model whose weights these are
  --json          one JSON object on standard output
`;

const options = {
  output: { type: 'string' },
  model: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export async function importFile(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values, positionals } = readArgs('import', args, options);
  if (values.help) {
    io.stdout.write(importHelp);
    return exit.done;
  }
  if (positionals.length !== 1)
    throw new UsageError(`import takes one FILE, found ${positionals.length === 0 ? 'none' : positionals.length}.`);
  const [from] = positionals;
  const { output, model, json } = values;
  const weights = isWeightsFile(from);
  if (weights && !model)
    throw new UsageError('Weights alone need --model MODEL.netjson: the network that they are of.');
  if (weights && output !== undefined) throw new UsageError('Weights alone make no new model: leave --output out.');
  if (!weights && !output) throw new UsageError('import needs --output MODEL.netjson.');
  if (!weights && model !== undefined)
    throw new UsageError(
      '--model goes with a file of weights alone, .safetensors or .weights.h5: name the new file by --output.',
    );
  const file = resolve(io.cwd, (weights ? model : output)!);
  if (/^https?:/i.test(from)) {
    await importPlayground(from, file);
    if (json) io.stdout.write(`${JSON.stringify({ file })}\n`);
    else io.stderr.write(`netjson: ${output} is made from the link.\n`);
    return exit.done;
  }
  const imported = await importNetwork({ from: resolve(io.cwd, from), model: file });
  for (const note of imported.notes) io.stderr.write(`netjson: note: ${note}\n`);
  if (json) io.stdout.write(`${JSON.stringify(imported)}\n`);
  else
    io.stderr.write(
      `netjson: ${count(imported.layers, 'layer')}, ${count(imported.parameters, 'parameter')}; ${imported.run === undefined ? 'the file has no weights' : `the weights are in ${imported.run}`}.\n`,
    );
  return exit.done;
}
