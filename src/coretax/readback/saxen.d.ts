/** The part of the package that is used; it ships no types of its own. */
declare module "saxen" {
  type Decode = (raw: string) => string;

  export class Parser {
    on(
      event: "openTag",
      heard: (name: string, attributes: () => Record<string, string>, decode: Decode) => void,
    ): this;
    on(event: "closeTag", heard: (name: string) => void): this;
    on(event: "text", heard: (raw: string, decode: Decode) => void): this;
    on(event: "cdata" | "attention", heard: (raw: string) => void): this;
    on(event: "error", heard: (error: Error) => void): this;
    write(chunk: string): this;
    end(): Error | null;
  }
}
