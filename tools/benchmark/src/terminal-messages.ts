/** How an LPA reaches the SM-DP+. */
export type Protocol = 'https' | 'grpc';
export const protocols: readonly Protocol[] = ['https', 'grpc'];

/**
 * What goes round the processes of an SM-DP+: whole downloads, as they do where a balancer spreads connections, which are kept for all calls of
 * a download; or each call, the worst case.
 */
export type Spread = 'downloads' | 'calls';
export const spreads: readonly Spread[] = ['downloads', 'calls'];

/** What a process of terminals is told at its start. */
export interface TerminalProcessSettings {
  /** Folder of the PKI: roots, and what eUICCs are manufactured from. */
  readonly pki: string;
  /** FQDN of the SM-DP+. */
  readonly smdpAddress: string;
}

/** Terminals that take the place of those that a process had. */
export interface TerminalSettings {
  readonly protocol: Protocol;
  /** `host:port` of every replica; each terminal goes round them. */
  readonly replicas: readonly string[];
  readonly spread: Spread;
  /** each is an eUICC of its own */
  readonly terminals: number;
}

/** What a process is told: who its terminals are, or matching ids to download, one list for each terminal. */
export type TerminalTask =
  | { readonly kind: 'replace'; readonly settings: TerminalSettings }
  | { readonly kind: 'download'; readonly matchingIds: readonly (readonly string[])[] };

/** Times of one download, in milliseconds. */
export interface DownloadTimes {
  /** from the first call to the notification's acknowledgement */
  readonly wholeMs: number;
  /** of it, waiting for the server */
  readonly serverMs: number;
}

/** What it answers: that it is ready for a task, or the times of one. */
export type TerminalAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'downloaded'; readonly times: readonly DownloadTimes[]; readonly cpuMs: number }
  | { readonly kind: 'failed'; readonly why: string };
