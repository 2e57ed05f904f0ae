import type { StoredTarget } from '../../engine/preparation';
import type { Model } from '../../model/model';
import { list } from '../../model/words';
import type { ExportRequest, ExportResult } from '../exchange/request';
import { targetOf } from '../exchange/trained';
import { trainedHere } from '../exchange/history';
import { inColours, ON_WHITE } from './curves';
import type { Section, Table } from './section';
import { summaryOf } from './summary';

/**
 * Writes a card of the network after "Model Cards for Model Reporting" (Mitchell et al. 2019), as far as a run can tell: what
 * it is, its data, its training, its figures, what it rests on and where it ends. Markdown, with the curves as SVG beside it.
 */
export function writeCard(request: ExportRequest): ExportResult {
  const { trained, history } = request;
  const { title, lead, sections, curves } = summaryOf(request);
  const [layers, ...others] = sections;
  const target = trained.target ?? targetOf(trained.model);
  const parts = [
    `# ${text(title)}`,
    text(lead),
    ...sectionOf(layers),
    ...others.flatMap(sectionOf),
    ...(curves.length > 0 ? ['## Curves'] : []),
    ...curves.map(({ name, title }) => `![${text(title)} by epoch](${encodeURI(fileOf(name))})`),
    '## Limits',
    limitsOf(trained.model, target, request)
      .map((line) => `- ${text(line)}`)
      .join('\n'),
    '## Use',
    ...useOf(request),
    `Written by Dropout Studio${history ? ` ${history.engine.version}` : ''}.`,
  ];
  return {
    files: new Map([
      ['MODEL_CARD.md', `${parts.join('\n\n')}\n`],
      ...curves.map(({ name, svg }) => [fileOf(name), inColours(svg, ON_WHITE)] as const),
    ]),
    notes: [],
  };
}

/** A name of a metric as a file's. */
const fileOf = (name: string): string => `${name.replace(/[^\w.-]+/g, '-')}.svg`;

const sectionOf = ({ title, lines, table }: Section): string[] => [
  `## ${text(title)}`,
  ...lines.map(text),
  ...(table ? [tableOf(table)] : []),
];

function tableOf({ head, rows, right }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(text).join(' | ')} |`;
  return [
    line(head),
    `|${head.map((_, c) => (right.includes(c) ? ' ---: ' : ' --- ')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}

/** A text as Markdown shows it, letter for letter: no name of a column becomes a link, a heading, HTML or a new cell. */
export const text = (plain: string): string =>
  plain
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_{}[\]<>#|~!&]/g, '\\$&')
    .replace(/^(\s*(?:\d+(?=[.)]))?)([-+.)])(\s)/, '$1\\$2$3');

/** What the run itself tells of where the network ends. */
function limitsOf({ data }: Model, target: StoredTarget, { history: run, trained }: ExportRequest): string[] {
  const history = trainedHere(run);
  const { preparation } = trained;
  const samples = history?.data.samples;
  const lines: string[] = [];
  if (samples)
    lines.push(
      `It learned from ${samples.train.toLocaleString('en')} samples. What differs from them is guessed, and nothing in the answer says so${target.type === 'classes' ? ': the probabilities always sum to 1, whatever goes in' : ''}.`,
    );
  else lines.push('What it learned from is not known here.');
  if (history && !history.records.at(-1)?.validation)
    lines.push('No validation samples were kept back: the figures are those of its own training samples.');
  if (history && !history.test)
    lines.push('No test figures were measured: the validation figures chose the weights, and are a little too good.');
  if (samples && samples.test > 0 && samples.test < 100)
    lines.push(`The test figures rest on ${samples.test} samples: others would give other figures.`);
  if (target.type === 'classes')
    lines.push(
      'Its probabilities are as the network gives them, not calibrated: 90 % need not be right nine times in ten.',
    );
  if (preparation?.type === 'columns' && preparation.columns.some((column) => column.type !== 'number'))
    lines.push('Categories that training never saw are refused, or, where asked for, count as none of those it knows.');
  const noise = data?.params.labelNoise;
  if (typeof noise === 'number' && noise > 0)
    lines.push(
      `${Math.round(100 * noise)} % of the training labels were made wrong on purpose: for teaching, not for use.`,
    );
  lines.push('Whether the data stands for those whom the answers are about, nothing here can tell.');
  return lines;
}

function useOf({ trained, history }: ExportRequest): string[] {
  const { preparation } = trained;
  const columns = preparation?.type === 'columns' ? preparation.columns.map(({ name }) => name) : [];
  const needs =
    preparation?.type === 'columns'
      ? `The table needs the ${columns.length === 1 ? 'column' : `${columns.length} columns`} ${columns.length <= 12 ? list(columns) : 'of the inputs'}, in any order.`
      : 'The samples are an array, as .npy or IDX.';
  const file = preparation?.type === 'columns' ? 'samples.csv' : 'samples.npy';
  const run = quoted(history?.name ?? 'RUN_DIR');
  return [
    text(needs),
    ['```sh', `netjson predict ${run} --input ${file}`, `netjson predict ${run} --input ${file} --mc 50`, '```'].join(
      '\n',
    ),
    'The second line answers by 50 passes with dropout on, and gives their standard deviation beside each answer.',
  ];
}

/** As a shell reads it as one word. */
const quoted = (word: string): string => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
