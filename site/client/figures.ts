import { all, loadScript } from './dom.ts';

interface Plotly {
  newPlot(place: HTMLElement, data: unknown[], layout: object, config: object): Promise<unknown>;
  relayout(place: HTMLElement, layout: object): Promise<unknown>;
  Plots: { resize(place: HTMLElement): void };
}

type Axis = Record<string, unknown>;

/**
 * Draws a Plotly figure when it is scrolled to: until then, on paper and without scripts, its drawing is there. Plotly's
 * script is loaded for the first of them alone.
 */
export function figures(): void {
  const waiting = all('[data-plotly]');
  if (waiting.length === 0) return;
  const drawn = new Map<HTMLElement, () => Promise<unknown>>();
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        void draw(target as HTMLElement).then(
          (recolour) => recolour && drawn.set(target as HTMLElement, recolour),
        );
      }
    },
    { rootMargin: '200px' },
  );
  for (const figure of waiting) watcher.observe(figure);
  document.addEventListener('convbook-theme', () => {
    for (const recolour of drawn.values()) void recolour();
  });
}

async function draw(figure: HTMLElement): Promise<(() => Promise<unknown>) | undefined> {
  const source = figure.querySelector('script')!;
  const { data, layout, config } = JSON.parse(source.textContent!);
  try {
    await loadScript('plotly.js');
    const plotly = (window as unknown as { Plotly: Plotly }).Plotly;
    const [width, height] = figure.dataset['size']!.split(' ').map(Number) as [number, number];
    const place = document.createElement('div');
    place.className = 'live';
    place.style.maxWidth = `${width}px`;
    place.setAttribute('role', 'group');
    place.setAttribute('aria-label', layout.meta?.alt ?? layout.title?.text ?? '');
    figure.append(place);
    const room = Math.min(width, place.clientWidth || figure.clientWidth);
    const fitted = {
      ...structuredClone(layout),
      width: undefined,
      autosize: true,
      height: Math.round(Math.max(280, Math.min(height, (height * room) / width + 60))),
    };
    if (room < 0.75 * width) narrow(fitted, data, room);
    await plotly.newPlot(
      place,
      structuredClone(data),
      { ...fitted, ...colours(fitted) },
      {
        ...config,
        responsive: true,
        displaylogo: false,
      },
    );
    figure.classList.add('drawn');
    return () => plotly.relayout(place, flat(colours(fitted)));
  } catch (error) {
    // The drawing stays.
    figure.querySelector('.live')?.remove();
    console.error(error);
    return undefined;
  }
}

interface Layout {
  height: number;
  title?: { text?: string; font?: object };
  showlegend?: boolean;
  legend?: object;
  margin?: { t?: number; b?: number; r?: number };
  yaxis?: object;
}

/** On a phone: a title in as many lines as it needs, and the legend below the figure, which it would squeeze at its side. */
function narrow(layout: Layout, data: readonly { name?: string }[], room: number): void {
  const margin = { ...layout.margin };
  if (layout.title?.text) {
    const size = 14;
    const lines = wrapped(layout.title.text, room / (0.56 * size));
    layout.title = { ...layout.title, text: lines.join('<br>'), font: { ...layout.title.font, size } };
    const extra = Math.max(0, (lines.length - 1) * size * 1.3);
    margin.t = (margin.t ?? 44) + extra;
    layout.height += extra;
  }
  if (layout.showlegend) {
    const rows = data.filter(({ name }) => name).length;
    const below = 24 + 20 * Math.min(rows, 8);
    // From the foot of the whole figure, so that it never meets the words of the axis.
    layout.legend = {
      ...layout.legend,
      orientation: 'h',
      x: 0,
      y: 0,
      xanchor: 'left',
      yanchor: 'bottom',
      yref: 'container',
    };
    margin.b = (margin.b ?? 52) + below;
    layout.height += below;
  }
  layout.margin = margin;
}

/** Whole words in lines of at most so many characters; never within a tag or a formula's sign. */
function wrapped(text: string, most: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** The layout in the colours of the page. */
function colours(layout: Record<string, unknown>): Record<string, Axis | string> {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--fig-${name}`).trim();
  const clear = 'rgba(0,0,0,0)';
  const axes = Object.keys(layout)
    .filter((key) => /^[xy]axis\d*$/.test(key))
    .map((key): [string, Axis] => [
      key,
      {
        ...(layout[key] as Axis),
        gridcolor: colour('grid'),
        linecolor: colour('line'),
        zerolinecolor: colour('line'),
      },
    ]);
  return {
    paper_bgcolor: clear,
    plot_bgcolor: clear,
    font: { ...(layout['font'] as Axis), color: colour('ink') },
    ...Object.fromEntries(axes),
  };
}

/** `{a: {b: 1}}` as Plotly's relayout takes it: `{'a.b': 1}`; only what colours change. */
function flat(layout: Record<string, Axis | string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(layout).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[key, value]]
        : Object.entries(value)
            .filter(([name]) => /color$/.test(name))
            .map(([name, inner]) => [`${key}.${name}`, inner]),
    ),
  );
}
