/** The colours, once for light and once for dark. `test/site/theme.test.ts` computes their contrasts. */
export const palette = {
  light: {
    paper: '#fcfbf8',
    raised: '#ffffff',
    sunken: '#f4f2ec',
    line: '#e2ded4',
    'line-strong': '#c9c3b5',
    ink: '#23211d',
    soft: '#5d584e',
    accent: '#0b6363',
    'accent-soft': '#dcebe9',
    link: '#0a5a78',
    warn: '#8a4b00',
    'warn-soft': '#fbf0dc',
    bad: '#9c1c2b',
    mark: '#fff0b3',
    'code-ink': '#2b2a27',
    'code-keyword': '#7a2a86',
    'code-string': '#2f6420',
    'code-number': '#8a4300',
    'code-comment': '#696456',
    'code-name': '#1f4f8a',
    'fig-ink': '#2b2a27',
    'fig-line': '#8a867c',
    'fig-grid': '#e4e1d9',
    'fig-blue': '#0072b2',
    'fig-navy': '#08306b',
  },
  dark: {
    paper: '#16181b',
    raised: '#1c1f23',
    sunken: '#1f2226',
    line: '#30343a',
    'line-strong': '#474d55',
    ink: '#e4e2dc',
    soft: '#a9a69d',
    accent: '#6cc5bf',
    'accent-soft': '#1d3638',
    link: '#86c3e6',
    warn: '#e9b872',
    'warn-soft': '#362a17',
    bad: '#f2909a',
    mark: '#3d330f',
    'code-ink': '#dedcd5',
    'code-keyword': '#d8a3e6',
    'code-string': '#a3d08f',
    'code-number': '#ecb27a',
    'code-comment': '#9b988d',
    'code-name': '#9dc4f5',
    'fig-ink': '#dddad3',
    'fig-line': '#8d8b84',
    'fig-grid': '#34383e',
    'fig-blue': '#4fa8dd',
    'fig-navy': '#9cc3ee',
  },
} as const;

export type Colour = keyof typeof palette.light;

const declarations = (theme: 'light' | 'dark'): string =>
  [
    `color-scheme:${theme}`,
    ...Object.entries(palette[theme]).map(([name, value]) => `--${name}:${value}`),
  ].join(';');

/** Follows the system, unless the reader has chosen. Paper is always light. */
export function themeCss(): string {
  return `:root{${declarations('light')}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${declarations('dark')}}}
@media screen{:root[data-theme=dark]{${declarations('dark')}}}`;
}

/** WCAG's contrast of two colours given as `#rrggbb`. */
export function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [r, g, b] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}
