/** The output layer: what the network answers with this step's mask, with others, and with nothing dropped. */
import type { OtherMasks } from '../../src/protocol/training';
import { useApp, useBeat, useData, useSight } from '../store/use';
import { reached } from '../store/picture';
import { isLive, passesOf } from '../store/state';
import { useLens } from '../store/useLens';
import * as words from '../words';
import { useCanvas } from './context';
import { MOST_ANSWERS, type Body } from './geometry';
import { answersOf, argmax, targetText, type AnswerRow, type GraphNode } from './graph';

type AnswersBody = Extract<Body, { type: 'answers' }>;

/** Undefined: nothing is dropped in this network, so every mask is the same. */
type Others = { readonly passes: number; readonly answer?: OtherMasks } | undefined;

/** What other masks answer for the sample that is shown. It comes with a picture that follows the training; else it is asked. */
function useOthers(train: boolean): Others {
  const { graph } = useCanvas();
  const sight = useSight(train);
  const live = useApp(isLive);
  const passes = useApp(passesOf);
  const drops =
    graph.nodes.some((n) => n.role === 'gate') || sight?.layers.some((l) => l.mask ?? l.connections) === true;
  const came = sight?.others;
  const asked = sight && drops && came?.passes !== passes;
  const ask = asked ? { step: sight.step, sample: sight.sample, passes } : undefined;
  const { answer } = useLens('others', ask, undefined, { first: live ? 'follow' : 'soon' });
  if (!drops) return undefined;
  // What came with the picture stands until more masks have answered.
  const known = answer ?? came;
  return { passes: known?.passes ?? passes, answer: known };
}

export function Answers({ node, body }: { readonly node: GraphNode; readonly body: AnswersBody }) {
  const { train } = useCanvas();
  const sight = useSight(train);
  const data = useData(train);
  const others = useOthers(train);
  const classes = data?.classes ?? [];
  const targets = data?.targets ?? [];
  const beat = useBeat(train);
  if (!train || !sight || !reached(beat, 'answer'))
    return (
      <Waiting
        body={body}
        names={targets.length > 0 ? targets : classes}
        train={train}
        id={node.id}
        why={sight ? 'comes last' : 'no sample yet'}
      />
    );
  const rows = answersOf(sight, classes, targets);
  if (classes.length === 0 && rows.length > 1 && typeof sight.target !== 'number')
    return <SeveralNumbers rows={rows} body={body} others={others} targets={sight.target} />;
  return classes.length > 0 ? (
    <Classes rows={rows} body={body} others={others} label={targetText(sight, data)} />
  ) : (
    <Numbers rows={rows} body={body} others={others} target={sight.target} />
  );
}

/** Before any picture: the names, and hollow units. */
function Waiting(props: {
  readonly body: AnswersBody;
  readonly names: readonly string[];
  readonly train: boolean;
  readonly id: string;
  readonly why: string;
}) {
  const { body, names, train } = props;
  return (
    <>
      {train && <div className="answer-wait">{props.why}</div>}
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
  readonly others: Others;
  readonly label: string;
}) {
  const { rows, body, label, others } = props;
  const withMask = rows[argmax(rows, 'withMask')];
  const without = rows[argmax(rows, 'without')];
  const shown = pick(rows);
  const votes = others?.answer?.votes;
  const most = votes && votes.indexOf(votes.reduce((a, b) => Math.max(a, b)));
  const agreeing = votes && `${words.count(votes[most!])} of ${words.count(others.answer.passes)}`;
  const spoken =
    `With this mask ${withMask.name}, ${words.percent(withMask.withMask)}; ` +
    (agreeing === undefined ? '' : `${agreeing} masks say ${rows[most!].name}; `) +
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
        data-votes={votes?.join(' ')}
        data-label={label}
      >
        <Head
          title={compact ? 'mask' : 'this mask'}
          name={withMask.name}
          sign={<i className="bar-sign" />}
          text={words.percent(withMask.withMask)}
        />
        {others && (
          <Head
            title={compact ? String(others.passes) : `${others.passes} masks`}
            tip={`What ${others.passes} other masks answer, by the weights of this step`}
            name={most === undefined ? '\u2013' : rows[most].name}
            text={agreeing === undefined ? '' : compact ? agreeing.replace(' of ', '/') : agreeing}
          />
        )}
        <Head
          title={compact ? 'none' : 'no mask'}
          name={without.name}
          sign={<i className="tick-sign" />}
          text={words.percent(without.without)}
        />
        {!others && <Head title="label" name={label} text="" />}
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
          {changes ? 'Mask decides' : withMask.name === label ? 'Right' : 'Wrong'}
          {!changes && !compact && ' either way'}
        </span>
        {others && (
          <span className="answer-label" title={label}>
            label <b>{label}</b>
          </span>
        )}
      </div>
    </>
  );
}

function Head(props: {
  readonly title: string;
  readonly tip?: string;
  readonly name: string;
  readonly sign?: React.ReactNode;
  readonly text: string;
}) {
  return (
    <div className="answer-head" title={props.tip}>
      <span>{props.title}</span>
      <b title={props.name} className={props.name.length > 3 ? 'long' : ''}>
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
  /** From where to where most other masks answer. */
  readonly spread?: readonly [number, number];
}) {
  const { row, low, high, target, spread } = props;
  const place = (v: number): number => Math.min(100, Math.max(0, ((v - low) / (high - low || 1)) * 100));
  const zero = place(0);
  const end = place(row.withMask);
  return (
    <div className="bar">
      <i
        className={`fill ${row.withMask < 0 ? 'negative' : ''}`}
        style={{ left: `${Math.min(zero, end)}%`, width: `${Math.abs(end - zero)}%` }}
      />
      {spread && (
        <i
          className="spread"
          style={{ left: `${place(spread[0])}%`, width: `${place(spread[1]) - place(spread[0])}%` }}
        />
      )}
      <i className="tick" style={{ left: `${place(row.without)}%` }} />
      {target !== undefined && <i className="wanted" style={{ left: `${place(target)}%` }} />}
    </div>
  );
}

function Numbers(props: {
  readonly rows: readonly AnswerRow[];
  readonly body: AnswersBody;
  readonly others: Others;
  readonly target: number | readonly number[];
}) {
  const { rows, body, others } = props;
  const { compact } = useCanvas().density;
  const wanted = typeof props.target === 'number' ? [props.target] : props.target;
  const shown = rows.slice(0, MOST_ANSWERS);
  const spreads = shown.map((_, i) => spreadOf(others, i));
  const every = [
    ...shown.flatMap((r) => [r.withMask, r.without]),
    ...spreads.flatMap((s) => s ?? []),
    ...wanted,
  ].filter(Number.isFinite);
  const low = Math.min(0, ...every);
  const high = Math.max(0, ...every);
  const first = rows[0];
  const target = words.value(wanted[0] ?? NaN);
  const spoken =
    `With this mask ${words.value(first.withMask)}; ${spokenSpread(others, 0)}` +
    `without a mask ${words.value(first.without)}. Target ${target}.`;
  return (
    <>
      <div className="answer-heads" role="img" aria-label={spoken} data-testid="answer">
        <Head
          title={compact ? 'mask' : 'this mask'}
          name={words.value(first.withMask)}
          sign={<i className="bar-sign" />}
          text="bar"
        />
        {others && (
          <Head
            title={compact ? String(others.passes) : `${others.passes} masks`}
            tip={`Mean and standard deviation of what ${others.passes} other masks answer, by the weights of this step`}
            name={others.answer ? words.value(others.answer.mean[0]) : '\u2013'}
            sign={<i className="spread-sign" />}
            text={others.answer ? `\u00b1 ${words.value(others.answer.deviation[0])}` : ''}
          />
        )}
        <Head
          title={compact ? 'none' : 'no mask'}
          name={words.value(first.without)}
          sign={<i className="tick-sign" />}
          text="tick"
        />
        {!others && <Head title="target" name={target} text="" />}
      </div>
      <div className="answers" aria-hidden="true">
        {shown.map((row, i) => (
          <div className="answer" key={i} style={{ height: body.rowHeight }}>
            {rows.length > 1 && (
              <span className="name" style={{ width: body.names }}>
                {i + 1}
              </span>
            )}
            <Bar row={row} low={low} high={high} spread={spreads[i]} />
            <span className="share">{words.value(row.withMask)}</span>
          </div>
        ))}
      </div>
      <div className="node-foot">
        {others && (
          <span>
            target <b>{target}</b>
          </span>
        )}
        <span>
          off by <b>{words.value(Math.abs(first.withMask - (wanted[0] ?? NaN)))}</b>
        </span>
      </div>
    </>
  );
}

/** Several numbers have units of their own: each bar runs from 0 to the largest of its answers and its target. */
function SeveralNumbers(props: {
  readonly rows: readonly AnswerRow[];
  readonly body: AnswersBody;
  readonly others: Others;
  readonly targets: readonly number[];
}) {
  const { rows, body, targets, others } = props;
  const { compact } = useCanvas().density;
  const shown = rows.slice(0, MOST_ANSWERS);
  const spoken = shown
    .map(
      ({ name, withMask, without }, i) =>
        `${name}: with this mask ${words.value(withMask)}, ${spokenSpread(others, i)}without a mask ${words.value(without)}, target ${words.value(targets[i])}.`,
    )
    .join(' ');
  return (
    <>
      <div className="answer-heads" role="img" aria-label={spoken} data-testid="answer">
        <Head title={compact ? 'mask' : 'this mask'} name="bar" sign={<i className="bar-sign" />} text="" />
        {others && (
          <Head
            title={compact ? String(others.passes) : `${others.passes} masks`}
            tip={`Mean and standard deviation of what ${others.passes} other masks answer, by the weights of this step`}
            name="range"
            sign={<i className="spread-sign" />}
            text=""
          />
        )}
        <Head title={compact ? 'none' : 'no mask'} name="line" sign={<i className="tick-sign" />} text="" />
        <Head title="target" name="frame" sign={<i className="wanted-sign" />} text="" />
      </div>
      <div className="answers" aria-hidden="true">
        {shown.map((row, i) => {
          const spread = spreadOf(others, i);
          const every = [0, row.withMask, row.without, targets[i], ...(spread ?? [])].filter(Number.isFinite);
          return (
            <div className="answer" key={row.name} style={{ height: body.rowHeight }}>
              <span className="name" style={{ width: body.names }} title={row.name}>
                {row.name}
              </span>
              <Bar row={row} low={Math.min(...every)} high={Math.max(...every)} target={targets[i]} spread={spread} />
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

/** Mean of other masks' answers, a standard deviation to either side. */
function spreadOf(others: Others, i: number): readonly [number, number] | undefined {
  if (!others?.answer) return undefined;
  const { mean, deviation } = others.answer;
  return [mean[i] - deviation[i], mean[i] + deviation[i]];
}
const spokenSpread = (others: Others, i: number): string =>
  others?.answer
    ? `${words.count(others.answer.passes)} masks ${words.value(others.answer.mean[i])}, plus or minus ${words.value(others.answer.deviation[i])}; `
    : '';

/** All classes where they fit; else the likeliest, with or without the mask, in their own order. */
function pick(rows: readonly AnswerRow[]): readonly AnswerRow[] {
  if (rows.length <= MOST_ANSWERS) return rows;
  const best = [...rows].sort((a, b) => Math.max(b.withMask, b.without) - Math.max(a.withMask, a.without));
  const kept = new Set(best.slice(0, MOST_ANSWERS));
  return rows.filter((r) => kept.has(r));
}
