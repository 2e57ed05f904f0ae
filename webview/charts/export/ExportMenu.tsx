/** A chart as a file: its picture, or its numbers. */
import { usePalette } from '../../canvas/theme';
import { runName } from '../../store/state';
import { useApp, useStore } from '../../store/use';
import { Menu } from '../../ui/Menu';
import type { SectionProps } from '../section';
import type { Span } from '../../../src/charts/series';
import { csvOf, type CsvColumn } from './csv';
import { pngOf } from './png';
import { svgOf, type ChartPicture } from '../../../src/charts/svg';

export function ExportMenu(chart: SectionProps & { readonly zoom: Span | undefined }) {
  const store = useStore();
  const palette = usePalette();
  const run = useApp((s) => runName(s.session)) ?? 'run';
  const { title, rows, epochs } = chart;
  const name = `${run} ${chart.measure}`;
  const nameOf = (spoken: string): string => spoken.replace(/,$/, '');
  const picture = (): string =>
    svgOf(
      {
        ...chart,
        title: `${title}, ${run}`,
        span: chart.zoom ?? chart.whole,
        rows: rows.map((r): ChartPicture['rows'][number] => ({ ...r, name: nameOf(r.spoken) })),
      },
      palette,
    );
  const table = (): string =>
    csvOf(
      epochs,
      rows.flatMap(({ spoken, values, line: { band } }): CsvColumn[] => [
        { name: nameOf(spoken), values },
        ...(band
          ? [
              { name: `${nameOf(spoken)}, smallest batch`, values: band.min },
              { name: `${nameOf(spoken)}, largest batch`, values: band.max },
            ]
          : []),
      ]),
    );
  return (
    <Menu
      label={`${title}: save`}
      testId={`${chart.testId}-menu`}
      items={[
        {
          id: 'png',
          label: 'Save as PNG\u2026',
          onPress: () => void store.saveFile(`${name}.png`, () => pngOf(picture(), rows.length)),
        },
        { id: 'svg', label: 'Save as SVG\u2026', onPress: () => void store.saveFile(`${name}.svg`, picture) },
        { id: 'csv', label: 'Save the numbers as CSV\u2026', onPress: () => void store.saveFile(`${name}.csv`, table) },
      ]}
    />
  );
}
