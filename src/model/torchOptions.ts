/** What Python is called on the PATH of a platform, as `process.platform` names it. */
export const pythonOn = (platform: string): string => (platform === 'win32' ? 'python' : 'python3');

/** Whether a text says where several machines meet: "host:port". */
export const isMeetingPlace = (text: string): boolean => {
  const [, port] = /^[^\s:]+:(\d{1,5})$/.exec(text) ?? [];
  return Number(port) >= 1 && Number(port) <= 65_535;
};

/** Where and how PyTorch runs. */
export interface TorchOptions {
  /** The Python that has PyTorch: a path, or a name on the PATH. */
  readonly python: string;
  /** On this machine; default 1. */
  readonly processes?: number;
  /** Several machines: all run the same program. */
  readonly hosts?: {
    /** Of the machine that all meet at: "host:port". */
    readonly address: string;
    readonly count: number;
    /** Which of them this one is, from 0. */
    readonly rank: number;
  };
  /** What processes speak by; absent: NCCL where there are GPUs, else Gloo. */
  readonly communication?: 'gloo' | 'nccl';
  /** Seconds without a word after which the program is taken as hanging; default 300. */
  readonly patience?: number;
}
