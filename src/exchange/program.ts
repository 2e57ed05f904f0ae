import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageProgram } from '../formats/page/content';
import { RunError } from '../runs/error';

/**
 * What a standalone page runs, as the build made it.
 * @param folder of the product's bundles, dist
 * @throws RunError where it is not there
 */
export async function readProgram(folder: string): Promise<PageProgram> {
  const read = async (name: string): Promise<string> => {
    try {
      // As a browser reads it: its hash would be another one otherwise.
      return (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
    } catch (error) {
      throw new RunError(`${name} is missing from ${folder} (${(error as Error).message}): install the product anew.`);
    }
  };
  const [script, style] = [await read('page.js'), await read('page.css')];
  const hash = (text: string): string => createHash('sha256').update(text).digest('base64');
  return { script, style, hashes: { script: hash(script), style: hash(style) } };
}
