import type { Element, Leaf } from "./element";
import { xmlFault, type FaultFigures, type Place, type XmlFault, type XmlFaultCode } from "./faults";
import { INDEXES, LAYOUT, meantName, ROOT, type Child, type Container } from "./layout";
import type { Position, XmlHandler, XmlTag } from "./parse";

/** What the structure tells while it is read. */
export interface StructureListener {
  fault(fault: XmlFault): void;
  /** An element of the layout has begun; its leaves come in while it is read. */
  opened(container: Container, element: Element): void;
  /** It has ended and has all the leaves it will have. */
  closed(container: Container, element: Element): void;
}

export interface Structure extends XmlHandler {
  /** True when the root is another document's; nothing after it is told. */
  isOther(): boolean;
  /** The element that is open now. */
  path(): string;
}

interface Frame extends Element {
  readonly container: Container;
  readonly leaves: Map<string, Leaf>;
  /** Place in the layout of the child that came last; children may only move on. */
  last: number;
  /** How often each child of the layout has come. */
  readonly seen: number[];
  looseText: boolean;
}

interface OpenLeaf extends Position {
  readonly name: string;
  raw: string;
}

const XMLNS = "http://www.w3.org/2000/xmlns/";
const XSI = "http://www.w3.org/2001/XMLSchema-instance";
/** Small letters: programs that write through a browser lose the capitals; a reader passes over what it does not know. */
const SCHEMA_LOCATIONS: ReadonlySet<string> = new Set(["nonamespaceschemalocation", "schemalocation"]);

/**
 * Compares what is read with the layout: unknown, misspelt, misplaced, repeated and missing elements, attributes,
 * namespaces, loose text. A misspelt element counts as the one that was meant, so that one mistake is one fault.
 */
export function followStructure(listener: StructureListener): Structure {
  const frames: Frame[] = [];
  let leaf: OpenLeaf | null = null;
  /** How deep inside something that the layout does not know. */
  let skipped = 0;
  let isOther = false;
  let namespaceTold = false;

  const leafPath = (): string => {
    const parent = frames.at(-1)?.path;
    return leaf === null ? (parent ?? "/") : `${parent ?? ""}/${leaf.name}`;
  };
  const tell = (code: XmlFaultCode, place: Place, figures: FaultFigures = {}): void =>
    listener.fault(xmlFault(code, place, figures));

  const openChild = (frame: Frame, tag: XmlTag, at: Position): void => {
    const index = indexOf(frame, tag.local);
    const child = LAYOUT[frame.container][index];
    if (child === undefined) {
      tell("element_unknown", { ...at, path: `${frame.path}/${tag.local}` }, { found: tag.local });
      skipped = 1;
      return;
    }
    const before = frame.seen[index] ?? 0;
    frame.seen[index] = before + 1;
    // What needs no sentence needs no path either: most elements are right.
    const isRight = child.name === tag.local && index >= frame.last && (before === 0 || child.many === true);
    if (!isRight) {
      const place = { ...at, path: `${frame.path}/${tag.local}` };
      if (child.name !== tag.local)
        tell("element_misspelt", place, { found: tag.local, expected: child.name });
      if (before > 0 && child.many !== true) {
        tell("element_repeated", place, { found: tag.local });
        skipped = 1;
        return;
      }
      if (index < frame.last) tell("element_misplaced", place, { found: tag.local });
    }
    frame.last = Math.max(frame.last, index);
    attributeFaults(tag, at, frame.path).forEach(listener.fault);
    if (child.container === undefined) {
      leaf = { line: at.line, column: at.column, name: child.name, raw: "" };
      return;
    }
    const number = child.many ? `[${before + 1}]` : "";
    openContainer(child.container, { ...at, path: `${frame.path}/${tag.local}${number}` });
  };

  const openContainer = (container: Container, place: Place): void => {
    const leaves = new Map<string, Leaf>();
    const frame: Frame = { ...place, container, leaves, last: -1, seen: [], looseText: false };
    frames.push(frame);
    listener.opened(container, frame);
  };

  const openRoot = (tag: XmlTag, at: Position): void => {
    const place = { ...at, path: `/${tag.local}` };
    if (tag.local !== ROOT) {
      isOther = true;
      tell("not_tax_invoice_bulk", place, { found: tag.local });
      return;
    }
    attributeFaults(tag, at, "").forEach(listener.fault);
    const located = Object.values(tag.attributes).some(
      ({ uri, local }) => uri === XSI && local === "noNamespaceSchemaLocation",
    );
    if (!located) tell("schema_location_missing", place);
    openContainer(ROOT, place);
  };

  return {
    isOther: () => isOther,
    path: leafPath,
    mark: () => tell("xml_bom", { line: 1, column: 1, path: "/" }),
    open(tag, at) {
      const frame = frames.at(-1);
      if (isOther) return;
      if (skipped > 0) {
        skipped += 1;
      } else if (leaf !== null) {
        tell("element_unknown", { ...at, path: `${leafPath()}/${tag.local}` }, { found: tag.local });
        skipped = 1;
      } else {
        if (tag.uri !== "" && !namespaceTold) {
          namespaceTold = true;
          tell(
            "namespace_unexpected",
            { ...at, path: `${frame?.path ?? ""}/${tag.local}` },
            { found: tag.uri },
          );
        }
        if (frame === undefined) openRoot(tag, at);
        else openChild(frame, tag, at);
      }
    },
    text(words, here) {
      const frame = frames.at(-1);
      if (skipped > 0 || isOther) return;
      if (leaf !== null) leaf.raw = leaf.raw === "" ? words : leaf.raw + words;
      else if (frame !== undefined && !frame.looseText && /[^ \t\r\n]/.test(words)) {
        frame.looseText = true;
        tell("text_misplaced", { ...here(), path: frame.path });
      }
    },
    close() {
      if (skipped > 0) {
        skipped -= 1;
      } else if (leaf !== null) {
        const { name, raw, line, column } = leaf;
        frames.at(-1)?.leaves.set(name, { raw, value: raw.trim(), line, column });
        leaf = null;
      } else {
        const frame = frames.pop();
        if (frame === undefined) return;
        missingFaults(frame).forEach(listener.fault);
        listener.closed(frame.container, frame);
      }
    },
  };
}

const NONE: readonly XmlFault[] = [];

function attributeFaults(
  { attributes, local }: XmlTag,
  at: Position,
  parentPath: string,
): readonly XmlFault[] {
  const all = Object.values(attributes);
  if (all.length === 0) return NONE;
  return all
    .filter((one) => one.uri !== XMLNS && !(one.uri === XSI && SCHEMA_LOCATIONS.has(one.local.toLowerCase())))
    .map(({ name }) =>
      xmlFault("attribute_unknown", { ...at, path: `${parentPath}/${local}` }, { found: name }),
    );
}

/** Where in the layout the element stands, or the one that was meant by it; -1 for neither. */
function indexOf({ container, last }: Frame, name: string): number {
  // Nearly always it is the next one.
  if (LAYOUT[container][last + 1]?.name === name) return last + 1;
  const exact = INDEXES[container].get(name);
  if (exact !== undefined) return exact;
  const meant = meantName(container, name);
  return meant === undefined ? -1 : (INDEXES[container].get(meant) ?? -1);
}

function missingFaults(frame: Frame): readonly XmlFault[] {
  const absent = (_: Child, index: number): boolean => frame.seen[index] === undefined;
  return LAYOUT[frame.container].filter(absent).map((child) => {
    const place = { line: frame.line, column: frame.column, path: `${frame.path}/${child.name}` };
    return child.optional === true
      ? xmlFault("custom_doc_month_year_missing", place)
      : xmlFault("element_missing", place, { expected: child.name });
  });
}
