import { join } from "node:path";
import { Eta } from "eta";
import { packageRoot } from "../package";

export type Render = (template: string, view: object) => string;

/** The console's templates, compiled once when first used; what they show is escaped unless they say otherwise. */
export function createRender(views: string = join(packageRoot(), "templates", "console")): Render {
  const eta = new Eta({ views, cache: true, autoEscape: true, autoTrim: false, useWith: false });
  return (template, view) => eta.render(`./${template}`, view);
}
