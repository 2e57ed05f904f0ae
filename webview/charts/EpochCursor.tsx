/** The keyboard's way through a chart: a range over its epochs, with zoom beside it. */
import { useApp, useStore } from '../store/use';
import { bounds, moved, zoomed, type Span } from '../../src/charts/series';

/**
 * @param spoken the numbers of an epoch, by its place in `epochs`
 */
export function EpochCursor(props: {
  readonly title: string;
  readonly testId: string;
  readonly epochs: readonly number[];
  readonly whole: Span;
  readonly spoken: (index: number) => string;
}) {
  const store = useStore();
  const { epochs, whole, title } = props;
  const at = useApp((s) => s.epochAt);
  const zoom = useApp((s) => s.zoom);
  const last = epochs.length - 1;
  const index = at === undefined ? last : Math.max(0, epochs.indexOf(at));
  const key = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const span = zoom ?? whole;
    const side = event.key === 'ArrowLeft' ? -0.25 : event.key === 'ArrowRight' ? 0.25 : 0;
    if (event.shiftKey && side !== 0) store.patch({ zoom: moved(span, bounds(whole), side) });
    else if (event.key === '+' || event.key === '=')
      store.patch({ zoom: zoomed(span, bounds(whole), 2, Math.min(span[1], Math.max(span[0], epochs[index]))) });
    else if (event.key === '-') store.patch({ zoom: zoomed(span, bounds(whole), 0.5, (span[0] + span[1]) / 2) });
    else if (event.key === '0') store.patch({ zoom: undefined });
    else if (event.key === 'Escape') {
      if (at === undefined && !zoom) return;
      store.patch({ epochAt: undefined, zoom: undefined });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <input
      type="range"
      className="epoch-cursor"
      aria-label={`${title}, epoch. Plus and minus zoom, Shift with arrows moves, 0 shows the whole run, T the numbers.`}
      aria-valuetext={props.spoken(index)}
      data-testid={`${props.testId}-cursor`}
      min={0}
      max={Math.max(0, last)}
      value={index}
      onChange={(event) => store.patch({ epochAt: epochs[Number(event.target.value)] })}
      onKeyDown={key}
      onBlur={() => store.patch({ epochAt: undefined })}
    />
  );
}
