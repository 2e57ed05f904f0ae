import { version } from '../../package.json';
import { LoadCancelled } from '../data/source';
import { HelperError } from '../engine/kernels/wasm/machine';
import { FormatError } from '../formats/error';
import { list } from '../model/parameters';
import { didYouMean } from '../model/suggest';
import { DamagedRunError, RunError, diskReason } from '../runs/error';
import { TorchError } from '../torchrun/process';
import { bench } from './bench';
import { check } from './check';
import { type CliIo, type ExitCode, UsageError, exit } from './io';
import { evaluate } from './evaluate';
import { exportRun } from './export';
import { importFile } from './import';
import { predict } from './predict';
import { runs } from './runs';
import { train } from './train';

type Command = (args: readonly string[], io: CliIo) => Promise<ExitCode>;

/** One line each here is all that a new command needs. */
const commands: ReadonlyMap<string, { readonly run: Command; readonly summary: string }> = new Map([
  ['check', { run: check, summary: 'check models and the data they name' }],
  ['train', { run: train, summary: 'train a model, keep the run' }],
  ['evaluate', { run: evaluate, summary: 'measure a trained network on its data' }],
  ['predict', { run: predict, summary: 'answer new samples with a trained network' }],
  ['export', { run: exportRun, summary: 'write a trained network for ONNX and other programs' }],
  ['import', { run: importFile, summary: 'bring a network here from ONNX, PyTorch or the Playground' }],
  ['runs', { run: runs, summary: 'list, show, compare and delete runs' }],
  ['bench', { run: bench, summary: 'tell how fast this machine trains' }],
]);

const help = `netjson ${version}: neural networks described in .netjson files

${[...commands].map(([name, { summary }]) => `  netjson ${name.padEnd(8)} ${summary}\n`).join('')}
  netjson help COMMAND     what a command takes, as COMMAND --help
  netjson --version

Exit codes: 0 done, 1 the model, its data, the run or the disk is wrong, 2 the command line
is wrong, 130 interrupted (once training began, with a checkpoint written).
`;

/**
 * The whole command line, apart from the process around it.
 * @param args without the program's name
 * @returns the exit code; nothing that a user can cause is thrown
 */
export async function cli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  // As git takes it.
  const [name, ...rest] = args[0] === 'help' && args.length > 1 ? [args[1], '--help'] : args;
  try {
    if (name === '--help' || name === '-h' || name === 'help') {
      io.stdout.write(help);
      return exit.done;
    }
    if (name === '--version' || name === '-v') {
      io.stdout.write(`${version}\n`);
      return exit.done;
    }
    if (name === undefined) {
      io.stderr.write(help);
      return exit.usage;
    }
    const command = commands.get(name);
    const names = [...commands.keys()];
    if (!command) {
      const what = name.startsWith('-') ? 'option' : 'command';
      throw new UsageError(
        `There is no ${what} "${name}".${didYouMean(name, names) || ` Commands are ${list(names)}.`}`,
      );
    }
    return await command.run(rest, io);
  } catch (error) {
    if (error instanceof UsageError) {
      const about = name !== undefined && commands.has(name) ? `netjson ${name}` : 'netjson';
      io.stderr.write(`netjson: ${error.message}\nTry "${about} --help".\n`);
      return exit.usage;
    }
    if (error instanceof LoadCancelled) {
      io.stderr.write('netjson: interrupted while reading data; nothing was written.\n');
      return exit.interrupted;
    }
    if (error instanceof RunError) {
      io.stderr.write(`netjson: ${error.message}\n`);
      return error instanceof DamagedRunError ? exit.wrong : exit.usage;
    }
    // A damaged file, a program that is not there: the message says it, a stack would hide it.
    if (error instanceof FormatError || error instanceof HelperError || error instanceof TorchError) {
      io.stderr.write(`netjson: ${error.message}\n`);
      return exit.wrong;
    }
    // A full disk, a folder that is not ours.
    if (error instanceof Error && 'syscall' in error) {
      const { path, code } = error as NodeJS.ErrnoException;
      const reason = code === 'ENOENT' ? undefined : diskReason(error);
      io.stderr.write(
        `netjson: ${path !== undefined && reason !== undefined ? `${path}: ${reason}` : error.message}\n`,
      );
      return exit.wrong;
    }
    throw error;
  }
}
