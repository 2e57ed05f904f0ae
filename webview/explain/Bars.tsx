/** The three losses of the newest epoch side by side: what "higher" is. */
import { useApp } from '../store/use';
import * as words from '../words';

export function Bars() {
  const last = useApp((s) => s.session.history.at(-1));
  if (!last) return null;
  const bars = [
    { name: 'on', value: last.train.loss, colour: 'on' },
    { name: 'off', value: last.trainDropoutOff.loss, colour: 'off' },
    ...(last.validation ? [{ name: 'valid.', value: last.validation.loss, colour: 'val' }] : []),
  ];
  const max = Math.max(...bars.map((b) => b.value), 1e-9);
  return (
    <div className="why-bars" aria-hidden="true">
      {bars.map((b) => (
        <span key={b.name}>
          <i className={b.colour} style={{ height: Math.max(2, (46 * b.value) / max) }} title={words.loss(b.value)} />
          {b.name}
        </span>
      ))}
    </div>
  );
}
