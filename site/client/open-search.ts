import { all, loadScript } from './dom.ts';

/** The search and its words are loaded when somebody opens it. */
export function searchOpener(): void {
  const [dialog] = all<HTMLDialogElement>('dialog.search');
  if (!dialog) return;
  const language = document.documentElement.lang.slice(0, 2);
  const open = async () => {
    if (!dialog.open) dialog.showModal();
    await loadScript(`search-${language}.js`); // the words first: the search reads them as it starts
    await loadScript('search.js');
  };
  for (const button of all<HTMLButtonElement>('[data-search]')) {
    button.hidden = false;
    button.addEventListener('click', () => void open());
  }
  document.addEventListener('keydown', (event) => {
    const writing = /^(input|textarea|select)$/i.test((event.target as Element).tagName);
    const slash = event.key === '/' && !writing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const k = event.key === 'k' && (event.ctrlKey || event.metaKey);
    if (!slash && !k) return;
    event.preventDefault();
    void open();
  });
  dialog.addEventListener('keydown', (event) => {
    // A browser would empty the field first and close at the second press.
    if (event.key !== 'Escape') return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
}
