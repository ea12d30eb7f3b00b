import { Drawing, type Figure, requireAlt } from './figure.ts';
import { sized } from './panels.ts';
import { open, text } from './svg.ts';
import { at, shortHash } from './text.ts';

export interface AnimationOptions {
  alt: string;
  title?: string;
  /** Seconds for one round; default 0.4 for each frame, at most 10. */
  seconds?: number;
  /** Rounds before it rests on its last frame; default 3. Motion without end keeps readers from reading. */
  rounds?: number;
  /** A short text under each frame: `step 10`. */
  captions?: readonly string[];
  width?: number;
}

/**
 * Figures of the same size one after another in one place. It rests on the last frame, which is also what paper shows.
 *
 * Every frame is in the notebook: keep them few (20 to 30) and small.
 *
 * @throws where there are no frames, or fewer captions than frames.
 * @example
 * import { animation, lineChart } from 'convbook';
 * const frames = [1, 2, 3].map((k) =>
 *   lineChart({ title: `k = ${k}`, xTitle: 'x', yTitle: 'y', alt: 'A line', yRange: [0, 6], series: [{ name: 'a', y: [0, k, 2 * k] }] }),
 * );
 * animation(frames, { alt: 'A line that gets steeper' });
 */
export function animation(frames: readonly (Figure | Drawing)[], options: AnimationOptions): Drawing {
  if (frames.length === 0) throw new TypeError('An animation needs at least one frame, and got none.');
  const { title = '', captions, rounds = 3 } = options;
  if (captions && captions.length < frames.length) {
    throw new TypeError(
      `There are ${captions.length} captions for ${frames.length} frames; each frame needs one.`,
    );
  }
  const alt = requireAlt(options.alt);
  const seconds = options.seconds ?? Math.min(10, 0.4 * frames.length);
  const { svgs, defs } = sharePictures(frames.map((frame) => frame.toSvg()));
  const drawn = svgs.map(sized);
  const width = options.width ?? drawn[0]!.width;
  const height = Math.max(...drawn.map((frame) => (width * frame.height) / frame.width));
  const top = title ? 34 : 0;
  const bottom = captions ? 24 : 0;
  const body = drawn.map((frame, i) => {
    const isLast = i === drawn.length - 1;
    const inside =
      frame.place(0, top, width, height) +
      text(width / 2, top + height + 15, captions?.[i] ?? '', 'text-anchor="middle" font-size="13"');
    // Without animation (on paper, or where it is switched off) only the last frame is to be seen.
    const [from, to] = [i, i + 1].map((k) => (k / drawn.length).toFixed(4));
    const values = isLast ? 'none;inline' : i === 0 ? 'inline;none' : 'none;inline;none';
    const times = isLast ? `0;${from}` : i === 0 ? `0;${to}` : `0;${from};${to}`;
    const show =
      drawn.length > 1
        ? `<animate attributeName="display" values="${values}" keyTimes="${times}" calcMode="discrete" dur="${at(seconds)}s" repeatCount="${rounds}" fill="freeze"/>`
        : '';
    return `<g display="${isLast ? 'inline' : 'none'}">${inside}${show}</g>`;
  });
  const heading = text(width / 2, 24, title, 'text-anchor="middle" font-size="16" font-weight="bold"');
  const page = open(Math.ceil(width), Math.ceil(top + height + bottom), alt);
  return new Drawing(`${page}${defs}${heading}${body.join('')}</svg>`, alt);
}

/** A picture behind several frames, such as a surface, is in the drawing once. */
function sharePictures(svgs: readonly string[]): { svgs: string[]; defs: string } {
  const counts = new Map<string, number>();
  for (const svg of svgs) {
    for (const [image] of svg.matchAll(/<image [^>]*>/g)) counts.set(image, (counts.get(image) ?? 0) + 1);
  }
  const shared = [...counts].filter(([, count]) => count > 1).map(([image]) => image);
  const id = (image: string) => `picture-${shortHash(image)}`;
  const defs = shared.map((image) => image.replace('<image ', `<image id="${id(image)}" `)).join('');
  return {
    svgs: svgs.map((svg) =>
      svg.replace(/<image [^>]*>/g, (image) =>
        shared.includes(image) ? `<use href="#${id(image)}"/>` : image,
      ),
    ),
    defs: defs && `<defs>${defs}</defs>`,
  };
}
