import { importNetwork, importPlayground } from '../exchange/import';
import { readTrained } from '../exchange/run';
import { exportTo } from '../exchange/write';
import { exportFormats } from '../formats/exchange/exports';
import type { ExchangeApi } from '../protocol/exchange';
import type { Handlers } from '../protocol/rpc';

/**
 * Taking networks elsewhere and bringing them here: no run is touched that trains.
 * @param programs the folder of the product's own bundles
 */
export const exchange = (programs: string): Handlers<ExchangeApi> => ({
  exportFormats: () =>
    [...exportFormats.values()].map(({ kind, title, help, name, options }) => ({ kind, title, help, name, options })),
  exportRun: async ({ run, format, path, dropout, scaling }) => {
    const read = await readTrained(run);
    return { ...(await exportTo(path, format, read, { dropout, scaling, programs })), checkpoint: read.checkpoint };
  },
  importNetwork: async ({ from, model, runsFolder }) => {
    if (!/^https?:/i.test(from)) return importNetwork({ from, model, runsFolder });
    await importPlayground(from, model);
    return { file: model, notes: [] };
  },
});
