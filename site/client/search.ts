// Loaded with the first search, behind the words of the language (window.convbookSearch).
import MiniSearch from 'minisearch';
import type { SearchDocument } from '../search.ts';
import { root } from './dom.ts';

const documents = (window as unknown as { convbookSearch: SearchDocument[] }).convbookSearch;
/** Accents don't count: `convolucao` finds convolução. */
const plain = (word: string) => word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

const index = new MiniSearch<{ id: number; title: string; heading: string; text: string }>({
  fields: ['heading', 'title', 'text'],
  processTerm: (term) => plain(term),
  searchOptions: { boost: { heading: 4, title: 2 }, prefix: true, fuzzy: 0.15, combineWith: 'AND' },
});
index.addAll(documents.map(([, , title, heading, text], id) => ({ id, title, heading, text })));

const dialog = document.querySelector<HTMLDialogElement>('dialog.search')!;
const input = dialog.querySelector('input')!;
const list = dialog.querySelector('ul')!;
const note = dialog.querySelector('.search-note')!;
const hint = note.textContent!;
let chosen = 0;

input.addEventListener('input', search);
input.addEventListener('keydown', (event) => {
  const items = [...list.children];
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    choose((chosen + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % Math.max(1, items.length));
  } else if (event.key === 'Enter') {
    event.preventDefault();
    list.children[chosen]?.querySelector('a')?.click();
  }
});
list.addEventListener('click', () => dialog.close());
if (input.value) search();

function search(): void {
  const query = input.value.trim();
  const found = query === '' ? [] : index.search(query).slice(0, 24);
  const base = root() + (document.documentElement.lang.startsWith('pt') ? 'pt/' : '');
  list.replaceChildren(
    ...found.map(({ id, terms }, i) => {
      const [page, section, title, heading, text] = documents[id as number]!;
      const item = document.createElement('li');
      item.role = 'option';
      item.id = `search-${i}`;
      const link = document.createElement('a');
      link.href = `${base}${page}${section ? `#${section}` : ''}`;
      link.tabIndex = -1;
      const name = document.createElement('b');
      name.textContent = heading;
      const where = document.createElement('small');
      where.textContent = heading === title ? '' : title;
      const excerpt = document.createElement('small');
      excerpt.append(...marked(excerptOf(text, terms), terms));
      link.append(name, where, excerpt);
      item.append(link);
      return item;
    }),
  );
  input.setAttribute('aria-expanded', String(found.length > 0));
  const { none, some, one } = dialog.dataset as Record<'none' | 'some' | 'one', string>;
  note.textContent =
    query === ''
      ? hint
      : found.length === 0
        ? none.replace('{query}', query)
        : found.length === 1
          ? one
          : some.replace('{count}', String(found.length));
  choose(0);
}

function choose(at: number): void {
  chosen = at;
  [...list.children].forEach((item, i) => {
    item.setAttribute('aria-selected', String(i === at));
    if (i !== at) return;
    item.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', item.id);
  });
  if (list.children.length === 0) input.removeAttribute('aria-activedescendant');
}

/** The words around the first hit. */
function excerptOf(text: string, terms: readonly string[]): string {
  const low = plain(text);
  const first = Math.min(...terms.map((term) => low.indexOf(term)).filter((at) => at >= 0), low.length);
  const start = first < 60 || first === low.length ? 0 : text.lastIndexOf(' ', first - 50) + 1;
  const part = text.slice(start, start + 150);
  return `${start > 0 ? '… ' : ''}${part}${start + 150 < text.length ? ' …' : ''}`;
}

function marked(text: string, terms: readonly string[]): (string | Node)[] {
  return text.split(/([\p{L}\p{N}]+)/u).map((word) => {
    if (!terms.some((term) => plain(word).startsWith(term)) || word === '') return word;
    const mark = document.createElement('mark');
    mark.textContent = word;
    return mark;
  });
}
