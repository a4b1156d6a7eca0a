/** A sentence for people in both languages of the product; Indonesian is the one the law speaks. */
export interface Text {
  readonly id: string;
  readonly en: string;
}

export type Language = keyof Text;

export const text = (id: string, en: string): Text => ({ id, en });
