const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export { escapeXml as escapeHtml } from '../../lib/figures/text.ts';

export const unescapeHtml = (html: string): string =>
  html.replace(/&(#x?[\da-f]+|\w+);/gi, (all, name: string) => {
    if (name.startsWith('#'))
      return String.fromCodePoint(
        /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)),
      );
    return ENTITIES[name] ?? all;
  });

/** What a reader reads of it, on one line. */
export const plainText = (html: string): string =>
  unescapeHtml(
    html
      .replace(/<(script|style|svg|math|button)\b[\s\S]*?<\/\1>/gi, ' ')
      .replace(/<\/(p|li|td|th|tr|h\d|div|pre|summary)>|<br\s*\/?>/gi, ' ')
      .replace(/<[^>]*>/g, ''),
  )
    .replaceAll(/\s+/g, ' ')
    .trim();

/** Changes the text between tags, but not inside of the named elements. */
export function mapText(html: string, skipped: readonly string[], change: (text: string) => string): string {
  const inside: string[] = [];
  return html
    .split(/(<[^>]*>)/)
    .map((part) => {
      if (!part.startsWith('<')) return inside.length === 0 ? change(part) : part;
      const [, closing, name] = /^<(\/?)([a-z][a-z0-9]*)/i.exec(part) ?? [];
      if (name && skipped.includes(name.toLowerCase()) && !part.endsWith('/>')) {
        if (closing) inside.pop();
        else inside.push(name);
      }
      return part;
    })
    .join('');
}

/** A name for an address: `What's new?` is `whats-new`; never one that was taken. */
export function slugOf(text: string, taken: Set<string>): string {
  const base =
    text
      .normalize('NFD')
      .replaceAll(/\p{M}|['’]/gu, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'section';
  let slug = base;
  for (let n = 2; taken.has(slug); n++) slug = `${base}-${n}`;
  taken.add(slug);
  return slug;
}
