/** The weights of a layer that reads a picture, as pictures: what each of its units looks for. */
import { useEffect, useRef, useState } from 'react';
import type { Answer } from '../../src/protocol/training';
import type { Model } from '../../src/model/model';
import { imageOf } from '../canvas/graph';
import { prepare, usePalette } from '../canvas/theme';
import { useApp, useStore } from '../store/use';
import { useLens } from '../store/useLens';
import { Button, Dropdown } from '../ui/controls';
import * as words from '../words';
import { mix, rgbOf } from './colour';

/** How many are asked for at once. */
const MOST = 64;
/** Values are handed on in their order by these. */
const passing = ['dropout', 'flatten', 'gaussianDropout', 'gaussianNoise', 'alphaDropout', 'reshape', 'activation'];

/** Layers whose weights make pictures: convolutions, and dense layers right behind a picture. */
export function pictured(model: Model | undefined): readonly string[] {
  return (model?.layers ?? [])
    .filter((layer) => {
      if (layer.kind === 'conv2d') return true;
      if (layer.kind !== 'dense') return false;
      let source = model!.layers.find((l) => l.id === layer.inputs[0]);
      while (source && passing.includes(source.kind)) source = model!.layers.find((l) => l.id === source!.inputs[0]);
      return (
        source !== undefined &&
        source.inputs.length === 0 &&
        (imageOf(source) !== undefined || source.shape.length === 3)
      );
    })
    .map(({ id }) => id);
}

export function Filters() {
  const model = useApp((s) => s.session.model);
  const there = pictured(model);
  const [chosen, choose] = useState<string>();
  const [from, start] = useState(0);
  const layer = chosen !== undefined && there.includes(chosen) ? chosen : there[0];
  const { answer, problem } = useLens('filters', layer === undefined ? undefined : { layer, from }, 1000);
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
      {answer && <Images answer={answer} />}
    </section>
  );
}

function Images({ answer }: { readonly answer: Answer<'filters'> }) {
  const store = useStore();
  const pointed = useApp((s) => (s.pointed?.layer === answer.layer ? s.pointed.unit : undefined));
  const size = answer.height * answer.width * answer.channels;
  return (
    <ul className="filters" aria-label={`Weights of ${answer.layer}`} data-testid="filters">
      {Array.from({ length: answer.images.length / size }, (_, f) => {
        const unit = answer.from + f;
        return (
          <li
            key={unit}
            className={pointed === unit ? 'pointed' : ''}
            onMouseEnter={() => store.point(answer.layer, unit)}
            onMouseLeave={() => store.point(undefined)}
          >
            <Image answer={answer} values={answer.images.subarray(f * size, (f + 1) * size)} unit={unit} />
          </li>
        );
      })}
    </ul>
  );
}

/** Of several channels the mean is shown; of three, where the picture has colours, too: the sign is what counts. */
function Image(props: { readonly answer: Answer<'filters'>; readonly values: Float32Array; readonly unit: number }) {
  const { answer, values, unit } = props;
  const { height, width, channels, largest } = answer;
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
