/** Just enough DER to write and read a signature: the exact bytes matter, so nothing is re-encoded on the way. */

export const TAG = {
  integer: 0x02,
  octets: 0x04,
  nothing: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
} as const;

/** One element: `raw` with its head, `content` without. Both are views into the bytes that were read. */
export interface Der {
  readonly tag: number;
  readonly raw: Buffer;
  readonly content: Buffer;
}

export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthBytes(content.length), content]);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

export const sequence = (...parts: readonly Buffer[]): Buffer => der(TAG.sequence, ...parts);

/** DER orders the members of a set by their bytes. */
export const setOf = (...parts: readonly Buffer[]): Buffer =>
  der(TAG.set, ...[...parts].sort(Buffer.compare));

export const octets = (bytes: Buffer): Buffer => der(TAG.octets, bytes);
export const nothing = (): Buffer => der(TAG.nothing);
export const smallInteger = (value: number): Buffer => der(TAG.integer, Buffer.from([value]));

/** `"1.2.840.113549.1.7.2"` → its DER. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left % 128) | 0x80);
    bytes.push(...groups);
  }
  return der(TAG.oid, Buffer.from(bytes));
}

/** The element at the start of the bytes; what follows it is not looked at. Throws RangeError when it is cut off. */
export function readDer(bytes: Buffer): Der {
  const tag = bytes.readUInt8(0);
  let length = bytes.readUInt8(1);
  let head = 2;
  if (length >= 0x80) {
    const count = length - 0x80;
    if (count === 0 || count > 4) throw new RangeError("not DER: length of an unknown form");
    length = bytes.readUIntBE(2, count);
    head += count;
  }
  if (head + length > bytes.length) throw new RangeError("not DER: cut off");
  return { tag, raw: bytes.subarray(0, head + length), content: bytes.subarray(head, head + length) };
}

/** The elements inside a constructed one. Throws RangeError when one is cut off. */
export function childrenOf(parent: Der): Der[] {
  const children: Der[] = [];
  for (let rest = parent.content; rest.length > 0;) {
    const child = readDer(rest);
    children.push(child);
    rest = rest.subarray(child.raw.length);
  }
  return children;
}

/** The child at a place. Throws RangeError when there is none or it is of another kind. */
export function childAt(children: readonly Der[], index: number, tag: number): Der {
  const child = children[index];
  if (child === undefined || child.tag !== tag)
    throw new RangeError(`not DER: no element ${tag} at ${index}`);
  return child;
}
