/** The weights of a layer that reads a picture, as pictures: what each of its units looks for. */
import { useEffect, useRef, useState } from 'react';
import type { Answer } from '../../src/protocol/training';
import { filterShape } from '../../src/model/filters';
import type { Model } from '../../src/model/model';
import { prepare, usePalette } from '../canvas/theme';
import { useApp, useStore } from '../store/use';
import { useLens } from '../store/useLens';
import { Button, Dropdown } from '../ui/controls';
import * as words from '../words';
import { useTwin } from './BesideTwin';
import { mix, rgbOf } from './colour';

/** How many are asked for at once. */
const MOST = 64;
/** Layers whose weights make pictures: convolutions, and dense layers right behind a picture. */
export const pictured = (model: Model | undefined): readonly string[] =>
  (model?.layers ?? []).filter((layer) => filterShape(model!, layer) !== undefined).map(({ id }) => id);

export function Filters() {
  const model = useApp((s) => s.session.model);
  const there = pictured(model);
  const [chosen, choose] = useState<string>();
  const [from, start] = useState(0);
  const layer = chosen !== undefined && there.includes(chosen) ? chosen : there[0];
  const ask = layer === undefined ? undefined : { layer, from };
  const { answer, problem } = useLens('filters', ask, 1000);
  const twin = useTwin();
  const { answer: without } = useLens('filters', twin ? ask : undefined, 1000, { of: 'twin' });
  if (layer === undefined) return null;
  return (
    <section aria-label="Weights as pictures">
      <div className="section-head">
        <h2>Weights as pictures</h2>
        {there.length > 1 && (
          <Dropdown
            label="Layer"
            value={layer}
            options={there.map((id) => ({ value: id, label: id }))}
            onChange={(id) => {
              choose(id);
              start(0);
            }}
          />
        )}
        {answer && (
          <span className="look-note">
            Units {words.count(from + 1)} to {words.count(Math.min(answer.units, from + MOST))} of{' '}
            {words.count(answer.units)} of {layer}; blue: positive, yellow: negative
          </span>
        )}
        {answer && from > 0 && <Button onPress={() => start(Math.max(0, from - MOST))}>Before</Button>}
        {answer && from + MOST < answer.units && <Button onPress={() => start(from + MOST)}>Next</Button>}
      </div>
      {problem !== undefined && <p className="hint">{problem}</p>}
      {answer && without ? (
        <div className="beside">
          <figure>
            <figcaption>with dropout</figcaption>
            <Images answer={answer} largest={Math.max(answer.largest, without.largest)} />
          </figure>
          <figure>
            <figcaption>without: the twin, after {words.plural(without.step, 'step')}</figcaption>
            <Images answer={without} largest={Math.max(answer.largest, without.largest)} of="of the twin" />
          </figure>
        </div>
      ) : (
        answer && <Images answer={answer} largest={answer.largest} />
      )}
    </section>
  );
}

function Images(props: {
  readonly answer: Answer<'filters'>;
  /** The weight that has the full colour. */
  readonly largest: number;
  readonly of?: string;
}) {
  const { answer, largest, of = '' } = props;
  const store = useStore();
  const pointed = useApp((s) => (s.pointed?.layer === answer.layer ? s.pointed.unit : undefined));
  const size = answer.height * answer.width * answer.channels;
  return (
    <ul
      className="filters"
      aria-label={`Weights of ${answer.layer} ${of}`.trim()}
      data-testid={of ? 'filters-twin' : 'filters'}
    >
      {Array.from({ length: answer.images.length / size }, (_, f) => {
        const unit = answer.from + f;
        return (
          <li
            key={unit}
            className={pointed === unit ? 'pointed' : ''}
            onMouseEnter={() => store.point(answer.layer, unit)}
            onMouseLeave={() => store.point(undefined)}
          >
            <Image
              answer={answer}
              largest={largest}
              values={answer.images.subarray(f * size, (f + 1) * size)}
              unit={unit}
            />
          </li>
        );
      })}
    </ul>
  );
}

/** Of several channels the mean is shown; of three, where the picture has colours, too: the sign is what counts. */
function Image(props: {
  readonly answer: Answer<'filters'>;
  readonly largest: number;
  readonly values: Float32Array;
  readonly unit: number;
}) {
  const { answer, largest, values, unit } = props;
  const { height, width, channels } = answer;
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const cell = Math.max(1, Math.floor(48 / Math.max(height, width)));
  const at = (i: number): number => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += values[i * channels + c];
    return sum / channels;
  };
  useEffect(() => {
    const g = canvas.current && prepare(canvas.current, width * cell, height * cell, window.devicePixelRatio || 1);
    if (!g) return;
    const [ground, positive, negative] = [rgbOf(palette.bg), rgbOf(palette.act), rgbOf(palette.neg)];
    for (let i = 0; i < width * height; i++) {
      const value = at(i);
      g.fillStyle = `rgb(${mix(ground, value < 0 ? negative : positive, Math.min(1, Math.abs(value) / (largest || 1))).join(',')})`;
      g.fillRect((i % width) * cell, Math.floor(i / width) * cell, cell, cell);
    }
  });
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  return (
    <span
      role="img"
      aria-label={`Unit ${unit + 1}: weights from ${words.axis(low)} to ${words.axis(high)}`}
      title={`Unit ${unit + 1}: ${words.axis(low)} to ${words.axis(high)}`}
    >
      <canvas ref={canvas} aria-hidden="true" />
    </span>
  );
}
