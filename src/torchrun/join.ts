import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Model } from '../model/model';
import type { TorchOptions } from '../model/torchOptions';
import { checkTorch, TorchProcess } from './process';
import { writeTexts } from './program';

/**
 * Takes part in a run that another machine keeps, with the program of the same model: samples, weights and what to do come
 * from there.
 * @param options whose `hosts` name a rank above 0
 * @param said is told what the program prints
 * @param signal ends the program; then, as when the run is over, it settles
 * @throws TorchError where PyTorch cannot be used, or the program goes wrong; FormatError where the model has no form in it
 */
export async function takePart(
  model: Model,
  options: TorchOptions,
  { said, signal }: { readonly said?: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  await checkTorch(options.python, model.training?.optimizer.kind);
  const folder = await mkdtemp(join(tmpdir(), 'dropout-studio-torchrun-'));
  try {
    const program = join(folder, 'torchrun');
    await writeTexts(program, model);
    if (signal.aborted) return;
    const process = new TorchProcess(program, options, said);
    const end = (): void => process.kill();
    signal.addEventListener('abort', end);
    try {
      await process.over();
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', end);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
