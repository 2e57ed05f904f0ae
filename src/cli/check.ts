import type { MemoryEstimate } from '../engine/plan';
import { type Model, parametersOf } from '../model/model';
import { lineColumn } from '../model/positions';
import { memoryLimitOf, readArgs } from './args';
import { type CliIo, type ExitCode, type Output, UsageError, exit } from './io';
import { type Source, checkSource, isWrong, printDiagnostics, readModelText } from './source';
import { bytes } from '../model/words';
import { count, table } from './text';

export const checkHelp = `netjson check FILE… [--memory-limit MIB] [--json]

Checks models and the data they name, without training. Says of each what its layers
give, how many parameters they have, and the memory that training takes: of each layer
by itself, and of all of them, which share what they do not need at the same time.
Diagnostics go to standard error as file:line:col: error: message [code].

  --memory-limit MIB  what training may take, and its samples besides, in MiB (2048)
  --json              one JSON object for each file, a line each, on standard output;
                      memory in bytes
`;

export async function check(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values, positionals } = readArgs('check', args, {
    json: { type: 'boolean' },
    'memory-limit': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) {
    io.stdout.write(checkHelp);
    return exit.done;
  }
  if (positionals.length === 0) throw new UsageError('check needs at least one FILE, such as model.netjson.');
  const memoryLimit = memoryLimitOf(values['memory-limit']);
  let code: ExitCode = exit.done;
  for (const file of positionals) {
    const { text, folder } = await readModelText(file, io.cwd);
    const source = await checkSource(file, text, folder, io, memoryLimit);
    if (isWrong(source)) code = exit.wrong;
    if (values.json) printJson(io.stdout, source);
    else {
      printDiagnostics(io.stderr, source, source.diagnostics);
      if (source.model && !isWrong(source)) printModel(io.stdout, source, source.model);
    }
  }
  return code;
}

function printModel(output: Output, { file, data, memory }: Source, model: Model): void {
  const rows = model.layers.map((l, i) => [
    l.id,
    l.kind,
    `[${l.shape.join(', ')}]`,
    count(l.parameters),
    ...(memory ? [bytes(memory.layers[i].bytes)] : []),
  ]);
  const multiplyAdds = model.layers.reduce((sum, l) => sum + l.multiplyAdds, 0);
  output.write(`${file}${model.name ? ` (${model.name})` : ''}\n`);
  output.write(table([['layer', 'kind', 'output', 'parameters', ...(memory ? ['memory'] : [])], ...rows], [3, 4]));
  output.write(`${count(parametersOf(model))} parameters, ${count(multiplyAdds)} multiply-adds for a sample\n`);
  if (memory) printMemory(output, memory);
  if (data) {
    const { title, train, validation, test } = data.dataset;
    output.write(
      `${title}: ${count(train.count)} samples train, ${count(validation.count)} validate, ${count(test.count)} test\n`,
    );
  }
}

function printMemory(output: Output, { maxBatch, total, network, optimizer, copies, saved }: MemoryEstimate): void {
  output.write(
    `${bytes(total)} of memory at batches of ${maxBatch}: network ${bytes(network)}, optimizer ${bytes(optimizer)}, ` +
      `copies ${bytes(copies)}; ${bytes(saved)} saved by sharing\n`,
  );
}

function printJson(output: Output, source: Source): void {
  const { file, text, model, data, memory } = source;
  const line = {
    file,
    ok: !isWrong(source),
    diagnostics: source.diagnostics.map(({ severity, code, message, offset, length, path }) => ({
      severity,
      code,
      message,
      ...lineColumn(text, offset),
      length,
      path,
    })),
    ...(model && {
      name: model.name,
      layers: model.layers.map(({ id, kind, shape, parameters, multiplyAdds }, i) => ({
        id,
        kind,
        shape,
        parameters,
        multiplyAdds,
        memory: memory?.layers[i].bytes,
      })),
      parameters: parametersOf(model),
    }),
    ...(memory && {
      memory: {
        batchSize: memory.maxBatch,
        total: memory.total,
        network: memory.network,
        optimizer: memory.optimizer,
        copies: memory.copies,
        saved: memory.saved,
      },
    }),
    ...(data && {
      data: {
        title: data.dataset.title,
        target: data.dataset.target,
        train: data.dataset.train.count,
        validation: data.dataset.validation.count,
        test: data.dataset.test.count,
      },
    }),
  };
  output.write(`${JSON.stringify(line)}\n`);
}
