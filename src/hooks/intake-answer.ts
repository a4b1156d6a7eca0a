/** What became of a delivery whose signature and shape were right; returned only after the commit. */
export type IntakeAnswer = Ended & {
  /** The invoice it is about, for the log. */
  readonly trace?: string | undefined;
};

type Ended =
  /** Recorded, work queued. */
  | { readonly status: "accepted" }
  /** This delivery or this paid invoice is already recorded. */
  | { readonly status: "duplicate" }
  /** A kind of event that is not ours. */
  | { readonly status: "ignored"; readonly reason: string };
