/** The mark of a layer that is behind a failure of the run. */
import { useApp } from '../store/use';

/** What is wrong with a layer of the run at hand; undefined where nothing is, and where the run is not looked at. */
export const useSuspect = (layer: string): string | undefined =>
  useApp((s) => (s.view === 'train' ? s.suspects.find((x) => x.layer === layer)?.text : undefined));

export function SuspectMark({ text }: { readonly text: string }) {
  return (
    <span className="suspect-mark" role="img" aria-label={text} title={text} data-testid="suspect">
      <span className="codicon codicon-error" aria-hidden="true" />
    </span>
  );
}
