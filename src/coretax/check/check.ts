import type { TaxDay } from "../../clock";
import { FAKTURS_PER_FILE } from "../../faktur/xml";
import { amountFaults, contextOf, type LineContext } from "./amounts";
import { rememberReferences } from "./duplicates";
import { valueOf, type Element } from "./element";
import { xmlFault, type XmlFault } from "./faults";
import { identityFaults, sellerFaults } from "./identities";
import type { Container } from "./layout";
import { readXml } from "./parse";
import { followStructure } from "./structure";
import { headValueFaults, lineValueFaults, textFaults } from "./values";

export interface CheckedFile {
  /** How many `TaxInvoice` elements were read to their end. */
  readonly fakturs: number;
  /** False when reading stopped: what stands behind the last fault was not checked. */
  readonly complete: boolean;
}

/** Small, because a hostile piece is read to its end before it is refused. */
const PIECE = 32_768;
/** Faults wait for the end of their faktur, so that they come in the order of the lines; no more of them than this. */
const MOST_WAITING = 1000;

/**
 * Every fault of a Coretax import file, faktur by faktur in the order of the lines. The file may come in pieces and is
 * never held whole. `today` is the day in Jakarta. Returns how much was read; throws nothing of its own.
 */
export function* checkXml(
  source: Uint8Array | Iterable<Uint8Array>,
  today: TaxDay,
): Generator<XmlFault, CheckedFile, undefined> {
  const waiting = waitForOrder();
  const rules = applyRules(today, waiting);
  const structure = followStructure({ fault: waiting.add, ...rules });
  const reading = readXml(structure);
  for (const piece of pieces(source)) {
    reading.write(piece);
    yield* waiting.take();
    if (structure.isOther() || reading.failure() !== null) break;
  }
  if (!structure.isOther()) reading.end();
  const failure = reading.failure();
  if (failure !== null) waiting.add(xmlFault(failure.code, { ...failure, path: structure.path() }, failure));
  waiting.settle();
  yield* waiting.take();
  return { fakturs: rules.fakturs(), complete: failure === null && !structure.isOther() };
}

function* pieces(source: Uint8Array | Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const bytes of source instanceof Uint8Array ? [source] : source) {
    for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
  }
}

interface Waiting {
  add(fault: XmlFault): void;
  /** What has been added so far is complete up to here. */
  settle(): void;
  take(): readonly XmlFault[];
}

function waitForOrder(): Waiting {
  let waiting: XmlFault[] = [];
  let ready: XmlFault[] = [];
  const settle = (): void => {
    if (waiting.length === 0) return;
    ready.push(...waiting.sort((a, b) => a.line - b.line || a.column - b.column));
    waiting = [];
  };
  return {
    settle,
    add(fault) {
      waiting.push(fault);
      if (waiting.length >= MOST_WAITING) settle();
    },
    take() {
      const taken = ready;
      ready = [];
      return taken;
    },
  };
}

/** Runs the rules as soon as an element has ended: a line at its own end, the head at the end of its faktur. */
function applyRules(today: TaxDay, waiting: Waiting) {
  const referenceFaults = rememberReferences();
  let fakturs = 0;
  let file: Element | undefined;
  let head: Element | undefined;
  let context: LineContext | undefined;
  let sellerChecked = false;
  const add = (faults: readonly XmlFault[]): void => faults.forEach(waiting.add);
  const checkSeller = (): void => {
    if (sellerChecked || file?.leaves.has("TIN") !== true) return;
    sellerChecked = true;
    add([...textFaults(file), ...sellerFaults(file)]);
  };
  return {
    fakturs: () => fakturs,
    opened(container: Container, element: Element): void {
      if (container === "TaxInvoiceBulk") file = element;
      if (container === "TaxInvoice") {
        head = element;
        context = undefined;
      }
      if (container === "ListOfTaxInvoice") checkSeller();
    },
    closed(container: Container, element: Element): void {
      switch (container) {
        case "GoodService":
          context ??= contextOf(head ?? element);
          add(lineValueFaults(element));
          add(amountFaults(element, context));
          return;
        case "TaxInvoice":
          fakturs += 1;
          add(headValueFaults(element, today));
          add(identityFaults(element, file === undefined ? undefined : valueOf(file, "TIN")));
          add(referenceFaults(element));
          if (fakturs === FAKTURS_PER_FILE + 1) waiting.add(xmlFault("too_many_fakturs", element));
          waiting.settle();
          return;
        case "TaxInvoiceBulk":
          checkSeller();
          return;
        case "ListOfTaxInvoice":
        case "ListOfGoodService":
          return;
        default:
          container satisfies never;
      }
    },
  };
}
