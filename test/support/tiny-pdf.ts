import type { Paper } from "../../src/faktur/paper";

/** The smallest real PDF that shows its text uncompressed, so that a test can look for it in the bytes. */
export async function tinyPdf(paper: Paper): Promise<Buffer> {
  const words = [
    paper.nsfp,
    paper.buyer.npwp || paper.buyer.nik,
    paper.reference,
    paper.mark,
    paper.totals.ppn,
    paper.lines[0]?.unitName,
  ];
  const stream = `BT /F1 12 Tf 20 700 Td (${words.join(" ")}) Tj ET`;
  const parts = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let text = "%PDF-1.4\n";
  const offsets = parts.map((part, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${part}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const start = text.length;
  text += `xref\n0 6\n0000000000 65535 f \n${offsets.join("")}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}
