/** Lines between nodes: one with an arrow, a short one to a docked dropout, or a fan from unit to unit. */
import { memo, useMemo } from 'react';
import type { EdgeProps } from '@xyflow/react';
import { EdgeLabelRenderer } from '@xyflow/react';
import { isDropped } from '../../src/protocol/training';
import { useApp, useSight, useStore } from '../store/use';
import { Icon } from '../ui/icons';
import { useCanvas } from './context';
import { middleOf, type Link } from './layout';
import { around } from './paths';
import { largestOf, lineOf, WIDTHS } from './weightLines';

export const LinkEdge = memo(function LinkEdge({ id }: EdgeProps) {
  const { graph, layout, boxes, train, editable, addAfter, density, target: dropTarget } = useCanvas();
  const store = useStore();
  const { gap } = density;
  const link = layout.byId.get(id);
  const from = link && layout.nodes.get(link.source);
  const to = link && layout.nodes.get(link.target);
  if (!link || !from || !to) return null;
  const source = boxes.get(link.source)!;
  const target = boxes.get(link.target)!;
  const x0 = from.x + source.portRight;
  const x1 = to.x + target.portLeft;
  const y0 = from.y + source.axis;
  // Places are whole pixels, axes need not be: what is level up to that is drawn level.
  const axis = to.y + target.axis;
  const y1 = Math.abs(axis - y0) <= 1 ? y0 : axis;
  if (link.docked) return <path className="link docked" d={`M${x0} ${y0}H${x1}`} />;
  const place = middleOf(link, layout, boxes);
  const reads = graph.byId.get(link.target)!;
  const removable = reads.layer.inputs.length > (reads.kind?.inputs.min ?? 1);
  const dropping = dropTarget === id ? 'target' : '';
  const plus = !train && editable && (
    <EdgeLabelRenderer>
      <div
        className={`on-link nodrag nopan ${dropping}`}
        style={{ transform: `translate(-50%, -50%) translate(${place.x}px, ${place.y}px)` }}
      >
        <button
          type="button"
          className="plus"
          title={`Add a layer between ${link.from} and ${link.target}`}
          aria-label={`Add a layer between ${link.from} and ${link.target}`}
          tabIndex={-1}
          onClick={() => addAfter(link.from, link.target)}
        >
          <Icon name="add" />
        </button>
        {removable && (
          <button
            type="button"
            className="plus"
            title={`Disconnect ${link.from} from ${link.target}`}
            aria-label={`Disconnect ${link.from} from ${link.target}`}
            tabIndex={-1}
            onClick={() => void store.edit({ type: 'disconnect', from: link.from, to: link.target })}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
    </EdgeLabelRenderer>
  );
  if (link.fan && source.ports && target.ports) {
    return (
      <>
        <Fan
          link={link}
          from={source.ports.map((y) => from.y + y)}
          to={target.ports.map((y) => to.y + y)}
          x0={x0}
          x1={x1}
        />
        {plus}
      </>
    );
  }
  const end = x1 - 6;
  const bend = Math.max(10, (x1 - x0) / 2);
  const path =
    link.detour === undefined
      ? `M${x0} ${y0}C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${end} ${y1}`
      : around(x0, y0, end, y1, link.detour, gap);
  return (
    <>
      <path className={`link ${dropping}`} d={path} />
      <path className="arrow" d={`M${x1 - 7} ${y1 - 4}l7 4-7 4z`} />
      {plus}
    </>
  );
});

/** A line from each unit to each, by what the connection weighs. What touches a dropped unit is thin and dotted: its signal stops. */
function Fan(props: {
  readonly link: Link;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly x0: number;
  readonly x1: number;
}) {
  const { link, from, to, x0, x1 } = props;
  const { train, graph } = useCanvas();
  const sight = useSight(train);
  const maskOf = (gate: string | undefined) =>
    gate === undefined ? undefined : sight?.layers.find((l) => l.id === gate)?.mask;
  const source = maskOf(link.through);
  const target = maskOf(graph.byId.get(link.target)?.maskBy);
  const kernel = useApp((s) => (train ? s.weights?.layers.find(({ id }) => id === link.target) : undefined));
  const known = kernel?.inputs === from.length && kernel.units === to.length ? kernel.values : undefined;
  const largest = useMemo(() => (known ? largestOf(known) : 0), [known]);
  const bend = (x1 - x0) * 0.45;
  let plain = '';
  let dead = '';
  const weighed = { positive: WIDTHS.map(() => ''), negative: WIDTHS.map(() => '') };
  from.forEach((ya, i) =>
    to.forEach((yb, j) => {
      const d = `M${x0} ${ya}C${x0 + bend} ${ya} ${x1 - bend} ${yb} ${x1} ${yb}`;
      const stops = (source && isDropped(source.bits, i)) || (target && isDropped(target.bits, j));
      if (stops) dead += d;
      else if (known) {
        const { sign, level } = lineOf(known[i * to.length + j], largest);
        weighed[sign][level] += d;
      } else plain += d;
    }),
  );
  return (
    <>
      {plain && <path className="fan" d={plain} />}
      {dead && <path className="fan dead" d={dead} />}
      {WIDTHS.map((width, level) =>
        (['positive', 'negative'] as const).map(
          (sign) =>
            weighed[sign][level] && (
              <path key={sign} className={`fan ${sign}`} d={weighed[sign][level]} style={{ strokeWidth: width }} />
            ),
        ),
      )}
    </>
  );
}
