/** The output layer: what the network answers with this step's masks, and what it would answer with nothing dropped. */
import { useData, useSight } from '../store/use';
import * as words from '../words';
import { useCanvas } from './context';
import { MOST_ANSWERS, type Body } from './geometry';
import { answersOf, argmax, targetText, type AnswerRow, type GraphNode } from './graph';

type AnswersBody = Extract<Body, { type: 'answers' }>;

export function Answers({ node, body }: { readonly node: GraphNode; readonly body: AnswersBody }) {
  const { train } = useCanvas();
  const sight = useSight(train);
  const data = useData(train);
  const classes = data?.classes ?? [];
  const targets = data?.targets ?? [];
  if (!train || !sight)
    return <Waiting body={body} names={targets.length > 0 ? targets : classes} train={train} id={node.id} />;
  const rows = answersOf(sight, classes, targets);
  if (classes.length === 0 && rows.length > 1 && typeof sight.target !== 'number')
    return <SeveralNumbers rows={rows} body={body} targets={sight.target} />;
  return classes.length > 0 ? (
    <Classes rows={rows} body={body} label={targetText(sight, data)} id={node.id} />
  ) : (
    <Numbers rows={rows} body={body} target={sight.target} id={node.id} />
  );
}

/** Before any picture: the names, and hollow units. */
function Waiting(props: {
  readonly body: AnswersBody;
  readonly names: readonly string[];
  readonly train: boolean;
  readonly id: string;
}) {
  const { body, names, train } = props;
  return (
    <>
      {train && <div className="answer-wait">no sample yet</div>}
      <div
        className={`answers hollow ${train ? '' : 'design'}`}
        role="img"
        aria-label={`${props.id}, ${words.plural(body.rows, 'unit')}`}
      >
        {Array.from({ length: body.shown }, (_, i) => (
          <div className="answer" key={i} style={{ height: body.rowHeight }}>
            <span className="name" style={{ width: body.names }}>
              {names[i] ?? i}
            </span>
            <i className="unit" />
          </div>
        ))}
      </div>
      {body.rows > body.shown && <div className="answer-more">and {words.count(body.rows - body.shown)} more</div>}
    </>
  );
}

function Classes(props: {
  readonly rows: readonly AnswerRow[];
  readonly body: AnswersBody;
  readonly label: string;
  readonly id: string;
}) {
  const { rows, body, label } = props;
  const withMask = rows[argmax(rows, 'withMask')];
  const without = rows[argmax(rows, 'without')];
  const shown = pick(rows);
  const spoken =
    `With this mask ${withMask.name}, ${words.percent(withMask.withMask)}; ` +
    `without a mask ${without.name}, ${words.percent(without.without)}. Label ${label}.`;
  const changes = withMask.name !== without.name;
  const { compact } = useCanvas().density;
  return (
    <>
      <div
        className="answer-heads"
        role="img"
        aria-label={spoken}
        data-testid="answer"
        data-with={withMask.name}
        data-without={without.name}
        data-label={label}
      >
        <Head
          title={compact ? 'mask' : 'this mask'}
          name={withMask.name}
          sign={<i className="bar-sign" />}
          text={words.percent(withMask.withMask)}
        />
        <Head
          title={compact ? 'none' : 'no mask'}
          name={without.name}
          sign={<i className="tick-sign" />}
          text={words.percent(without.without)}
        />
        <Head title="label" name={label} text="" />
      </div>
      <div className="answers" aria-hidden="true">
        {shown.map((row) => (
          <div className="answer" key={row.name} style={{ height: body.rowHeight }}>
            <span
              className={`name ${row.name === label ? 'is-label' : ''}`}
              style={{ width: body.names }}
              title={row.name}
            >
              {row.name}
            </span>
            <Bar row={row} low={0} high={1} />
            <span className={`share ${row.withMask > 0.05 ? '' : 'weak'}`}>{words.percent(row.withMask)}</span>
          </div>
        ))}
      </div>
      {rows.length > shown.length && (
        <div className="answer-more">and {words.count(rows.length - shown.length)} less likely</div>
      )}
      <div className="node-foot">
        <span>
          {changes
            ? compact
              ? 'The mask changes it'
              : 'This mask changes the answer'
            : withMask.name === label
              ? 'Right, with and without'
              : 'Wrong, with and without'}
        </span>
      </div>
    </>
  );
}

function Head(props: {
  readonly title: string;
  readonly name: string;
  readonly sign?: React.ReactNode;
  readonly text: string;
}) {
  return (
    <div className="answer-head">
      <span>{props.title}</span>
      <b title={props.name} className={props.name.length > 4 ? 'long' : ''}>
        {props.name}
      </b>
      <span className="with-sign">
        {props.sign}
        {props.text}
      </span>
    </div>
  );
}

function Bar(props: {
  readonly row: AnswerRow;
  readonly low: number;
  readonly high: number;
  /** Marked beside the answers. */
  readonly target?: number;
}) {
  const { row, low, high, target } = props;
  const place = (v: number): number => Math.min(100, Math.max(0, ((v - low) / (high - low || 1)) * 100));
  const zero = place(0);
  const end = place(row.withMask);
  return (
    <div className="bar">
      <i
        className={`fill ${row.withMask < 0 ? 'negative' : ''}`}
        style={{ left: `${Math.min(zero, end)}%`, width: `${Math.abs(end - zero)}%` }}
      />
      <i className="tick" style={{ left: `${place(row.without)}%` }} />
      {target !== undefined && <i className="wanted" style={{ left: `${place(target)}%` }} />}
    </div>
  );
}

function Numbers(props: {
  readonly rows: readonly AnswerRow[];
  readonly body: AnswersBody;
  readonly target: number | readonly number[];
  readonly id: string;
}) {
  const { rows, body } = props;
  const wanted = typeof props.target === 'number' ? [props.target] : props.target;
  const shown = rows.slice(0, MOST_ANSWERS);
  const every = [...shown.flatMap((r) => [r.withMask, r.without]), ...wanted].filter(Number.isFinite);
  const low = Math.min(0, ...every);
  const high = Math.max(0, ...every);
  const first = rows[0];
  const spoken = `With this mask ${words.value(first.withMask)}; without a mask ${words.value(first.without)}. Target ${words.value(wanted[0] ?? NaN)}.`;
  return (
    <>
      <div className="answer-heads" role="img" aria-label={spoken} data-testid="answer">
        <Head title="this mask" name={words.value(first.withMask)} sign={<i className="bar-sign" />} text="bar" />
        <Head title="no mask" name={words.value(first.without)} sign={<i className="tick-sign" />} text="tick" />
        <Head title="target" name={words.value(wanted[0] ?? NaN)} text="" />
      </div>
      <div className="answers" aria-hidden="true">
        {shown.map((row, i) => (
          <div className="answer" key={i} style={{ height: body.rowHeight }}>
            <span className="name" style={{ width: body.names }}>
              {i + 1}
            </span>
            <Bar row={row} low={low} high={high} />
            <span className="share">{words.value(row.withMask)}</span>
          </div>
        ))}
      </div>
      <div className="node-foot">
        <span>off by</span>
        <b>{words.value(Math.abs(first.withMask - (wanted[0] ?? NaN)))}</b>
      </div>
    </>
  );
}

/** Several numbers have units of their own: each bar runs from 0 to the largest of its answers and its target. */
function SeveralNumbers(props: {
  readonly rows: readonly AnswerRow[];
  readonly body: AnswersBody;
  readonly targets: readonly number[];
}) {
  const { rows, body, targets } = props;
  const { compact } = useCanvas().density;
  const shown = rows.slice(0, MOST_ANSWERS);
  const spoken = shown
    .map(
      ({ name, withMask, without }, i) =>
        `${name}: with this mask ${words.value(withMask)}, without a mask ${words.value(without)}, target ${words.value(targets[i])}.`,
    )
    .join(' ');
  return (
    <>
      <div className="answer-heads" role="img" aria-label={spoken} data-testid="answer">
        <Head title={compact ? 'mask' : 'this mask'} name="bar" sign={<i className="bar-sign" />} text="" />
        <Head title={compact ? 'none' : 'no mask'} name="line" sign={<i className="tick-sign" />} text="" />
        <Head title="target" name="frame" sign={<i className="wanted-sign" />} text="" />
      </div>
      <div className="answers" aria-hidden="true">
        {shown.map((row, i) => {
          const every = [0, row.withMask, row.without, targets[i]].filter(Number.isFinite);
          return (
            <div className="answer" key={row.name} style={{ height: body.rowHeight }}>
              <span className="name" style={{ width: body.names }} title={row.name}>
                {row.name}
              </span>
              <Bar row={row} low={Math.min(...every)} high={Math.max(...every)} target={targets[i]} />
              <span className="share">{words.value(row.withMask)}</span>
            </div>
          );
        })}
      </div>
      {rows.length > shown.length && (
        <div className="answer-more">and {words.count(rows.length - shown.length)} more</div>
      )}
      <div className="node-foot">
        <span>Each on a scale of its own</span>
      </div>
    </>
  );
}

/** All classes where they fit; else the likeliest, with or without the mask, in their own order. */
function pick(rows: readonly AnswerRow[]): readonly AnswerRow[] {
  if (rows.length <= MOST_ANSWERS) return rows;
  const best = [...rows].sort((a, b) => Math.max(b.withMask, b.without) - Math.max(a.withMask, a.without));
  const kept = new Set(best.slice(0, MOST_ANSWERS));
  return rows.filter((r) => kept.has(r));
}
