/** Host and worker: networks that are taken elsewhere, and brought here. */

/** A way to take a network elsewhere, in words. */
export interface ExportFormatDescription {
  readonly kind: string;
  readonly title: string;
  readonly help: string;
  /** Of the file, or without an ending of the folder, that is written. */
  readonly name: string;
  /** Choices that make a difference to it. */
  readonly options: readonly ('dropout' | 'scaling')[];
}

export interface ExportRunRequest {
  /** The run's directory. */
  readonly run: string;
  readonly format: string;
  /** Where the file or folder goes. */
  readonly path: string;
  readonly dropout: boolean;
  readonly scaling: boolean;
}
export interface ExportedRun {
  readonly written: readonly string[];
  /** Whose weights they are: "best" or "last". */
  readonly checkpoint: string;
  /** What the other program's words could not say. */
  readonly notes: readonly { readonly layer: string; readonly message: string }[];
}

export interface ImportNetworkRequest {
  /** The other program's file, or a link of the TensorFlow Playground. */
  readonly from: string;
  /** The `.netjson` file to write; for weights alone, the one that they are of. */
  readonly model: string;
  readonly runsFolder: string;
}
export interface ImportedNetworkInfo {
  readonly file: string;
  /** The run that keeps the weights; a link and layers alone have none. */
  readonly run?: string;
  readonly notes: readonly string[];
}

/** What the worker answers; part of its API. */
export interface ExchangeApi {
  exportFormats(): readonly ExportFormatDescription[];
  /** Throws a RunError or FormatError-like RemoteError, with nothing written. */
  exportRun(request: ExportRunRequest): ExportedRun;
  /** Throws a RunError or FormatError-like RemoteError, with nothing written. */
  importNetwork(request: ImportNetworkRequest): ImportedNetworkInfo;
}
