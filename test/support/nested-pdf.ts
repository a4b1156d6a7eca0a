/**
 * A PDF of a page whose drawing calls a form, which calls the next one so many times, and so on: `times ** depth` words on
 * a page of a few kilobytes. It is sound by every rule of the format.
 */
export function nestedPdf(depth: number, times: number): Buffer {
  const form = (index: number): string => {
    const last = index === depth;
    const inner = last ? "" : `/XObject << /F ${FIRST + index + 1} 0 R >>`;
    const words = last ? "BT /A 9 Tf (kata) Tj ET" : "/F Do ".repeat(times);
    const resources = `/Resources << ${inner} /Font << /A 3 0 R >> >>`;
    return stream(`/Type /XObject /Subtype /Form /BBox [0 0 100 100] ${resources}`, words);
  };
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 5 0 R /Resources << /XObject << /F ${FIRST} 0 R >> >> >>`,
    stream("", "/F Do"),
    ...Array.from({ length: depth + 1 }, (_, index) => form(index)),
  ]);
}

/** The number of the first form, behind what every file has. */
const FIRST = 6;

const stream = (entries: string, content: string): string =>
  `<< ${entries} /Length ${content.length} >>\nstream\n${content}\nendstream`;

function pdfOf(objects: readonly string[]): Buffer {
  let file = "%PDF-1.7\n";
  const places = objects.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, "0")} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${places.join("")}`;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + table + trailer, "latin1");
}
