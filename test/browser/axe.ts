import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';

const axe = readFileSync(
  join(process.env.DROPOUT_STUDIO_ROOT ?? process.cwd(), 'node_modules/axe-core/axe.min.js'),
  'utf8',
);

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds wrong with a page of ours. */
export async function violations(designer: FrameLocator | Page): Promise<string[]> {
  const frame = (await (await designer.locator('body').elementHandle()).ownerFrame())!;
  // Evaluated by the developer tools, so the page's policy against eval is no obstacle.
  await frame.evaluate(axe);
  const found: Violation[] = await frame.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations)',
  );
  return found.flatMap((v) => v.nodes.map((n) => `${v.id} (${v.impact}): ${n.html.slice(0, 160)} ${n.failureSummary}`));
}
