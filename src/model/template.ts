/** Starting points for a new file: each trains as it stands. */
export interface Template {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly text: string;
  /** The data that the text names, a file of examples/data: it goes beside the new file. Absent: the data is drawn. */
  readonly file?: string;
  /** Another set of points for the network of the first template: offered behind the others. */
  readonly variant?: true;
}
