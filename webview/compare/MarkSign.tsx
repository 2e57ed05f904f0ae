/** What became of a layer or a value, as icon and word. */
import type { Mark } from '../../src/model/compare';
import { Icon, type CodiconName } from '../ui/icons';

const ICONS: Readonly<Record<Mark, CodiconName>> = {
  added: 'diff-added',
  removed: 'diff-removed',
  changed: 'diff-modified',
  same: 'pass',
};

export function MarkSign({ mark, count }: { readonly mark: Mark; readonly count?: number }) {
  return (
    <span className={`mark-sign mark-${mark}`}>
      <Icon name={ICONS[mark]} /> {count === undefined ? mark : `${count} ${mark}`}
    </span>
  );
}
