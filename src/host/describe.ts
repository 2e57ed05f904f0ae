import type { Catalogue, KindSpec } from '../model/spec';
import type { CatalogueDescription, KindDescription } from '../protocol/designer';

/** The catalogue without its functions, so that it can be posted. */
export function describeCatalogue(catalogue: Catalogue): CatalogueDescription {
  const plain = ({ kind, title, help, parameters, example }: KindSpec): KindDescription => ({
    kind,
    title,
    help,
    parameters,
    example,
  });
  const all = (kinds: ReadonlyMap<string, KindSpec>): KindDescription[] => [...kinds.values()].map(plain);
  return {
    layers: [...catalogue.layers.values()].map((l) => ({
      ...plain(l),
      group: l.group,
      inputs: { min: l.inputs.min, max: l.inputs.max },
      drops: l.drops,
    })),
    losses: all(catalogue.losses),
    optimizers: all(catalogue.optimizers),
    metrics: all(catalogue.metrics),
    schedules: all(catalogue.schedules),
    augmentations: all(catalogue.augmentations),
    sources: all(catalogue.sources),
  };
}
