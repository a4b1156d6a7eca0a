/** What each transaction code is for, in DJP's words (template v1.6.1, REF-General; PER-11/PJ/2025, Annex D). */
const MEANINGS: Readonly<Record<string, string>> = {
  "01": "kepada selain Pemungut PPN",
  "02": "kepada Pemungut PPN Instansi Pemerintah",
  "03": "kepada Pemungut PPN selain Instansi Pemerintah",
  "04": "DPP Nilai Lain",
  "05": "Besaran tertentu",
  "06": "kepada orang pribadi pemegang paspor luar negeri (16E UU PPN)",
  "07": "penyerahan dengan fasilitas PPN atau PPN dan PPnBM tidak dipungut/ditanggung pemerintah",
  "08": "penyerahan dengan fasilitas dibebaskan PPN atau PPN dan PPnBM",
  "09": "penyerahan aktiva yang menurut tujuan semula tidak diperjualbelikan (16D UU PPN)",
  "10": "Penyerahan lainnya",
};

/** The meaning of a transaction code, or undefined for what is none. */
export const meaningOfCode = (transactionCode: string): string | undefined => MEANINGS[transactionCode];
