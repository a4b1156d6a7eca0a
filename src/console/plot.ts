/** One bar of a plot: what it is called, and its parts from the bottom up. */
export interface Bar {
  readonly name: string;
  readonly parts: readonly { readonly tone: string; readonly value: number }[];
}

const HEIGHT = 120;
const WIDTH = 640;
const FOOT = 18;

/**
 * Bars as an SVG of our own: no script, no colour by attribute. `title` and a table beside it say the same in words.
 * Values are counts.
 */
export function barPlot(bars: readonly Bar[], title: string): string {
  const most = Math.max(1, ...bars.map((bar) => bar.parts.reduce((sum, part) => sum + part.value, 0)));
  const step = WIDTH / Math.max(1, bars.length);
  const every = Math.ceil(bars.length / 16);
  const drawn = bars.map((bar, index) => {
    let top = HEIGHT;
    const parts = bar.parts.map((part) => {
      const height = (part.value / most) * (HEIGHT - 8);
      top -= height;
      return `<rect class="bar-${word(part.tone)}" x="${(index * step + step * 0.15).toFixed(1)}" y="${top.toFixed(1)}" width="${(step * 0.7).toFixed(1)}" height="${height.toFixed(1)}"/>`;
    });
    const label =
      index % every === 0
        ? `<text x="${((index + 0.5) * step).toFixed(1)}" y="${HEIGHT + 14}" text-anchor="middle">${escaped(bar.name)}</text>`
        : "";
    return parts.join("") + label;
  });
  return (
    `<svg class="plot" role="img" aria-label="${escaped(title)}" viewBox="0 0 ${WIDTH} ${HEIGHT + FOOT}">` +
    `<line class="axis" x1="0" y1="${HEIGHT}" x2="${WIDTH}" y2="${HEIGHT}"/>` +
    `<line class="axis" x1="0" y1="8" x2="${WIDTH}" y2="8"/><text x="2" y="20">${most}</text>` +
    `${drawn.join("")}</svg>`
  );
}

const word = (value: string): string => value.replace(/[^a-z]/g, "");

const escaped = (value: string): string =>
  value.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
