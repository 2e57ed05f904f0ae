import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cli } from '../../../src/cli/cli';
import type { Json, JsonObject } from '../../../src/model/json';

/** What was written with --json: one object a line. */
export const json = (out: string): JsonObject[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject);

const bundled = resolve('dist/helper.js');

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own for each test of the suite, and netjson run in it. */
export function workplace() {
  let cwd: string;
  beforeEach(async () => (cwd = await mkdtemp(join(tmpdir(), 'cli-'))));
  afterEach(() => rm(cwd, { recursive: true, force: true }));

  /**
   * @param stopAt interrupts, as Ctrl+C does, when standard output has shown this text
   * @param interrupted it was interrupted before it began
   */
  async function run(
    args: readonly string[],
    {
      stopAt,
      isTTY,
      interrupted = false,
      helper = bundled,
    }: { stopAt?: string; isTTY?: boolean; interrupted?: boolean; helper?: string } = {},
  ): Promise<Answer> {
    const interrupt = new AbortController();
    if (interrupted) interrupt.abort();
    let [out, err] = ['', ''];
    const code = await cli(args, {
      cwd,
      helper,
      interrupt: interrupt.signal,
      stdout: {
        isTTY,
        columns: 60,
        write: (text) => {
          out += text;
          if (stopAt !== undefined && out.includes(stopAt)) interrupt.abort();
        },
      },
      stderr: { write: (text) => (err += text) },
    });
    return { code, out, err };
  }
  const at = (...path: string[]): string => join(cwd, ...path);
  const put = (text: string | Json, name = 'm.netjson'): Promise<void> =>
    writeFile(at(name), typeof text === 'string' ? text : JSON.stringify(text));
  return { run, at, put };
}

/** A small network that learns in a moment; `more` takes the place of sections. */
export const model = (more: JsonObject = {}): JsonObject => ({
  version: 1,
  name: 'test',
  data: { source: 'moons', samples: 60, split: { train: 30, validation: 20, test: 10 } },
  layers: [
    { id: 'input', kind: 'input', shape: [2] },
    { id: 'hidden', kind: 'dense', units: 6, activation: 'relu' },
    { id: 'drop', kind: 'dropout', rate: 0.5 },
    { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
  ],
  training: {
    loss: 'crossentropy',
    optimizer: { kind: 'adam', learningRate: 0.01 },
    batchSize: 8,
    epochs: 4,
    seed: 7,
  },
  ...more,
});
