import { escaped as escapedXml } from '../../charts/svg';
import type { Section } from '../card/section';
import { RESULTS, type Summary } from '../card/summary';

/** Text as HTML shows it, also within an attribute's quotes. */
export const escaped = (text: string): string => escapedXml(text).replaceAll("'", '&#39;');

/** What is told of a network as parts that open and close: how well it does first, with its loss. */
export function htmlOf({ sections, curves }: Summary): string {
  const results = sections.filter(({ title }) => title === RESULTS);
  const others = sections.filter(({ title }) => title !== RESULTS);
  return [
    ...results.map((section) => sectionOf(section, true)),
    ...curves.map((curve, i) => curveOf(curve, i === 0)),
    ...others.map((section) => sectionOf(section, results.length === 0)),
  ].join('\n');
}

function sectionOf({ title, table, lines }: Section, open: boolean): string {
  return [
    `<details${open ? ' open' : ''}><summary>${escaped(title)}</summary>`,
    ...lines.map((line) => `<p>${escaped(line)}</p>`),
    ...(table
      ? [
          '<div class="scroll"><table>',
          `<thead><tr>${table.head.map((cell, c) => cellOf('th scope="col"', cell, table.right.includes(c))).join('')}</tr></thead>`,
          '<tbody>',
          ...table.rows.map(
            (row) =>
              `<tr>${row.map((cell, c) => cellOf(c === 0 ? 'th scope="row"' : 'td', cell, table.right.includes(c))).join('')}</tr>`,
          ),
          '</tbody></table></div>',
        ]
      : []),
    '</details>',
  ].join('\n');
}

function cellOf(tag: string, text: string, right: boolean): string {
  return `<${tag}${right ? ' class="right"' : ''}>${escaped(text)}</${tag.split(' ')[0]}>`;
}

/** Its texts are escaped where it is drawn. Pictures share the page's ids: each gets its own. */
function curveOf({ name, title, svg }: Summary['curves'][number], open: boolean): string {
  const own = svg.replaceAll(/id="plot"|url\(#plot\)/g, (found) => found.replace('plot', `plot-${idOf(name)}`));
  return `<details${open ? ' open' : ''}><summary>${escaped(title)}</summary><div class="scroll curve">${own}</div></details>`;
}

const idOf = (name: string): string => name.replace(/\W/g, '-');
