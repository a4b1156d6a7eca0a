/** Content-addressed bytes: PDFs and the exact requests and answers. Nothing is ever overwritten or deleted. */
export interface Documents {
  /** Stores the bytes under their SHA-256 (hex) and returns it; durable when this resolves. Throws `storage_failed`. */
  put(bytes: Buffer, contentType: string): Promise<string>;
  /** Throws `document_missing`, `document_damaged` (hash does not fit) or `storage_failed`. */
  get(sha256: string): Promise<Buffer>;
  /** For readiness and doctor: writes and reads a probe. Throws `storage_failed`. */
  check(): Promise<void>;
}
