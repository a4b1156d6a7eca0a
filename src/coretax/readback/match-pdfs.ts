import { inOneGo } from "../../portions";
import {
  amountDifferences,
  buyerDifferences,
  numberDifferences,
  reachedBy,
  revisionAgainst,
  type Claim,
  type Difference,
  type OurFaktur,
} from "./claims";
import { ambiguous, matchAll, matchedUnless, superseded, type Judged, type Match } from "./match";
import type { PdfFacts } from "./pdf-facts";

/** A PDF that could be read. */
export interface ReadPdf {
  readonly name: string;
  readonly sha256: string;
  readonly facts: PdfFacts;
}

type Pdf = Judged<ReadPdf>;

/**
 * Whose official sheet each PDF is, in the order given. Only a PDF that belongs to exactly one faktur, with its number
 * (where we know it), its buyer and its amounts, is matched; of several sheets of one number one is, the others are
 * superseded.
 */
export function matchPdfs(pdfs: readonly ReadPdf[], ours: readonly OurFaktur[]): readonly Match<ReadPdf>[] {
  const judged = pdfs.map((pdf): Pdf => ({ item: pdf, claim: pdf.facts satisfies Claim }));
  const results = inOneGo(matchAll(judged, ours, judgePdfs));
  return pdfs.flatMap((pdf) => results.get(pdf) ?? []);
}

function judgePdfs(faktur: OurFaktur, pdfs: readonly Pdf[]): readonly Match<ReadPdf>[] {
  const judged = pdfs.map((pdf) => ({ pdf, match: judgePdf(faktur, pdf) }));
  const good = judged.filter(({ match }) => match.kind === "matched").map(({ pdf }) => pdf);
  const others = judged.flatMap(({ match }) => (match.kind === "matched" ? [] : [match]));
  if (new Set(good.map((pdf) => pdf.item.facts.nsfp)).size > 1) {
    return [...others, ...good.map((pdf) => ambiguous(pdf.item, [faktur]))];
  }
  // The portal makes a sheet anew at every download; which of the two is taken must not depend on their order.
  const [first, ...repeated] = [...good].sort((a, b) => compare(a.item, b.item));
  if (first === undefined) return others;
  const chosen: Match<ReadPdf> = faktur.hasOfficialPdf
    ? { kind: "alreadyKnown", item: first.item, fakturId: faktur.id }
    : judgePdf(faktur, first);
  return [chosen, ...repeated.map((pdf) => superseded(pdf.item, faktur)), ...others];
}

const compare = (a: ReadPdf, b: ReadPdf): number =>
  a.sha256 < b.sha256 ? -1 : a.sha256 > b.sha256 ? 1 : a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

function judgePdf(faktur: OurFaktur, pdf: Pdf): Match<ReadPdf> {
  const { claim } = pdf;
  // Another number of the replacement is another document, even where the serial is ours.
  const exact: readonly Difference[] =
    faktur.nsfp !== null && revisionAgainst(faktur, claim) !== "same"
      ? [{ field: "nsfp", ours: faktur.nsfp, theirs: claim.nsfp ?? "" }]
      : [];
  const differences = [
    ...numberDifferences(faktur, claim),
    ...exact,
    ...buyerDifferences(faktur, claim),
    ...amountDifferences(faktur, claim),
  ];
  // Without our own number to compare with, the amounts must be there to speak.
  if (differences.length === 0 && faktur.nsfp === null && claim.ppn === null) {
    return { kind: "needsConfirmation", item: pdf.item, fakturId: faktur.id };
  }
  return matchedUnless(pdf, faktur, reachedBy(faktur, claim), "same", differences);
}
