import { placeOf, valueOf, type Element } from "./element";
import { xmlFault, type XmlFault } from "./faults";

/**
 * Remembers the references of one file. The same reference, transaction code and buyer twice is one faktur twice; the
 * halves of a mixed invoice may share a reference, but then DJP's answers cannot be told apart (coretax-xml 8.12).
 */
export function rememberReferences(): (head: Element) => readonly XmlFault[] {
  const firstLines = new Map<string, number>();
  const wholes = new Map<string, number>();
  return (head) => {
    const reference = valueOf(head, "RefDesc") ?? "";
    if (reference === "") return [];
    const place = placeOf(head, "RefDesc");
    const identity = ["TrxCode", "BuyerDocument", "BuyerTin", "BuyerDocumentNumber"];
    const whole = JSON.stringify([reference, ...identity.map((name) => valueOf(head, name) ?? "")]);
    const same = wholes.get(whole);
    const shared = firstLines.get(reference);
    if (same === undefined) wholes.set(whole, place.line);
    if (shared === undefined) firstLines.set(reference, place.line);
    if (same !== undefined) return [xmlFault("reference_duplicate", place, at(reference, same))];
    if (shared !== undefined) return [xmlFault("reference_shared", place, at(reference, shared))];
    return [];
  };
}

const at = (reference: string, line: number) => ({ found: reference, expected: String(line) });
