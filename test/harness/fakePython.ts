import { spawnSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';

/**
 * A program in the place of Python: it says that it has PyTorch, and answers the spans of a training program by leaving the
 * weights as they are. Its process id stands in "pid", its arguments in "arguments.json", where it is started. PyTorch itself
 * trains in `npm run test:peers`.
 * @param answer what it does with a span, `order`; `tell` tells of losses, one a step; default: 1, 2, 3...
 * @param begin what it does whenever it is started
 */
export const fakePython = (answer = honest, version = '9.9', begin = ''): string => `#!${process.execPath}
${begin}
const [first, , ...rest] = process.argv.slice(2);
if (first === '-c') {
  console.log(${JSON.stringify(version)});
  process.exit(0);
}
const { writeFileSync } = require('node:fs');
writeFileSync('arguments.json', JSON.stringify(rest));
writeFileSync('pid', String(process.pid));
console.log(JSON.stringify({ event: 'ready', torch: ${JSON.stringify(version)}, processes: 1, device: 'cpu' }));
require('node:readline')
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    const order = JSON.parse(line);
    const { epoch, step } = order;
    const tell = (losses) => console.log(JSON.stringify({ event: 'steps', epoch, step, losses, seconds: 0.01 }));
    ${answer}
  });
`;

export const honest = 'tell(order.learningRates.map((_, i) => i + 1));';

/** Writes it as a file that can be run: not on Windows, which does not read the first line. @returns the path */
export async function putFakePython(path: string, answer?: string, version?: string, begin?: string): Promise<string> {
  await writeFile(path, fakePython(answer, version, begin));
  await chmod(path, 0o755);
  return path;
}

/** Whether a process of that id is at work: one that has ended, and that nobody asked how, is not. Not on Windows. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}
