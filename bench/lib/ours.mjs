// Our own engine as a runner.
import { Runner } from './runner.mjs';

/**
 * @param {string} node
 * @param {string} bundle
 */
export const oursRunner = (node, bundle) => new Runner('Dropout Studio', node, [bundle]);

/** The workloads of `netjson bench`, so that there is one place that says what they are. @returns {Promise<any[]>} */
export async function readWorkloads(bundle) {
  const runner = oursRunner(process.execPath, bundle);
  try {
    return await runner.ask('workloads', {});
  } finally {
    await runner.close();
  }
}
