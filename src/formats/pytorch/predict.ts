import type { StoredColumn } from '../../engine/preparation';
import type { Json } from '../../model/json';
import { sizeOf } from '../../model/spec';
import type { TrainedModel } from '../exchange/trained';
import { literal } from './python';

/** The text of predict.py: new samples, prepared as the training data was, to answers as CSV. */
export function predictProgram({ model, preparation, target }: TrainedModel): string {
  const { shape } = model.layers.find(({ inputs }) => inputs.length === 0)!;
  const columns = preparation?.type === 'columns' ? preparation.columns : undefined;
  const reads = columns ? 'samples.csv' : 'samples.npy';
  return `"""Answers new samples with the network of this folder, prepared as its training data was.

    python predict.py ${reads} > answers.csv

${columns ? 'Columns may stand in any order, and there may be others.' : `Samples are an array of the shape [samples, ${shape.join(', ')}], as numpy.save writes it.`}
"""

import csv
${columns ? 'import math\nimport re\n' : ''}import sys
from pathlib import Path

import numpy as np
import torch

from model import Network
from tensors import read_tensors

${columns ? columnsText(columns) : arraysText(preparation?.type === 'arrays' ? preparation : undefined, shape)}

${answersText(target)}

def main(path):
    folder = Path(__file__).parent
    network = Network()
    network.load_state_dict(read_tensors(folder / "weights.safetensors"))
    network.eval()
    samples = torch.from_numpy(prepare(path))
    with torch.no_grad():
        parts = [network(part) for part in samples.split(256)]
    outputs = torch.cat(parts).flatten(1).double().numpy()
    write = csv.writer(sys.stdout, lineterminator="\\n").writerow
    write(header(outputs.shape[1]))
    for output in outputs:
        write(answer(output))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python predict.py ${reads} > answers.csv")
    main(sys.argv[1])
`;
}

function columnsText(columns: readonly StoredColumn[]): string {
  const lines = columns.map((column) => `    ${literal(column as unknown as Json)},\n`);
  // A table without a header has columns of these names.
  const named = !columns.every(({ name }) => /^column\d+$/.test(name));
  return `# What was done to each column. Numbers: ln(1 + value) where "log" is said, then (value - subtract) / divide; "fill" stands
# for one that is missing, "flag" makes a second input of whether it is. A category is one input a value, an index the
# place of its value, counted from 1.
COLUMNS = [
${lines.join('')}]
MISSING = re.compile(r"(|\\?|na|n/a|nan|null)", re.IGNORECASE)


def number(column, text, line):
    missing = MISSING.fullmatch(text) is not None
    if missing and "fill" not in column:
        sys.exit(f'line {line}: column "{column["name"]}" has no value, and training had none without.')
    try:
        value = column["fill"] if missing else float(text)
    except ValueError:
        sys.exit(f'line {line}: column "{column["name"]}" should be a number, found "{text}".')
    if column.get("log"):
        if value <= -1:
            sys.exit(f'line {line}: column "{column["name"]}" is {value}, and ln(1 + x) has no value there.')
        value = math.log1p(value)
    scaled = (value - column["subtract"]) / column["divide"]
    return [scaled, float(missing)] if column.get("flag") else [scaled]


def category(column, text, line):
    values = column["values"]
    if not MISSING.fullmatch(text) and text not in values:
        sys.exit(f'line {line}: column "{column["name"]}" holds "{text}", which training never saw.')
    if MISSING.fullmatch(text) and not column.get("missing"):
        sys.exit(f'line {line}: column "{column["name"]}" has no value, and training had none without.')
    if column["type"] == "index":
        return [values.index(text) + 1.0 if text in values else 0.0]
    return [float(text == value) for value in values]


def prepare(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        delimiter = "\\t" if path.endswith((".tsv", ".tab")) else ","
        rows = csv.reader(file, delimiter=delimiter)
        names = ${named ? 'next(rows, [])' : '[f"column{i + 1}" for i in range(${Math.max(...columns.map(({ name }) => Number(name.slice(6)) || 0))})]'}
        lacking = [column["name"] for column in COLUMNS if column["name"] not in names]
        if lacking:
            sys.exit(f'{path} has no column "{lacking[0]}", which the network reads.')
        samples = []
        for row in rows:
            if not row:
                continue
            sample = []
            for column in COLUMNS:
                place = names.index(column["name"])
                read = number if column["type"] == "number" else category
                sample += read(column, row[place].strip() if place < len(row) else "", rows.line_num)
            samples.append(sample)
    return np.array(samples, dtype=np.float32)
`;
}

function arraysText(
  scaling: { readonly subtract: readonly number[]; readonly divide: readonly number[] } | undefined,
  shape: readonly number[],
): string {
  const { subtract = [0], divide = [1] } = scaling ?? {};
  return `# Values are (value - SUBTRACT) / DIVIDE, one of each or one a channel.
SUBTRACT = np.array(${literal([...subtract])})
DIVIDE = np.array(${literal([...divide])})
SHAPE = ${literal([...shape])}


def prepare(path):
    samples = np.load(path).astype(np.float64)
    if samples[0].size != ${sizeOf(shape)}:
        sys.exit(f"{path}: samples of the shape {SHAPE} expected, found {list(samples.shape[1:])}.")
    samples = samples.reshape(len(samples), *SHAPE)
    channels = SUBTRACT.size if SHAPE[-1] % SUBTRACT.size == 0 else SHAPE[-1]
    each = samples.reshape(-1, channels)
    return ((each - SUBTRACT) / DIVIDE).reshape(samples.shape).astype(np.float32)
`;
}

function answersText(target: TrainedModel['target']): string {
  if (target?.type === 'classes')
    return `CLASSES = ${literal([...target.names])}
ANSWER = ${literal(target.columns?.[0] ?? 'class')}


def header(columns):
    return [ANSWER, *(f"{ANSWER}={name}" for name in CLASSES)]


def answer(output):
    # One output for two classes is the probability of the second.
    best = int(output[0] > 0.5) if len(output) == 1 else int(np.argmax(output))
    chances = [1 - output[0], output[0]] if len(output) == 1 else output
    return [CLASSES[best], *(f"{chance:.9g}" for chance in chances)]
`;
  const scales = target?.type === 'numbers' ? target.scale : undefined;
  const titles = target?.type === 'numbers' && target.names.length > 0 ? target.names : undefined;
  return `# number in the data's units = number of the network * scale + offset
SCALE = np.array(${literal(scales ? scales.map(({ scale }) => scale) : [1])})
OFFSET = np.array(${literal(scales ? scales.map(({ offset }) => offset) : [0])})


def header(columns):
    return ${titles ? literal([...titles]) : '[f"output{i}" for i in range(columns)]'}


def answer(output):
    return [f"{value:.9g}" for value in output * SCALE + OFFSET]
`;
}
