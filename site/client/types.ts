import { all } from './dom.ts';

/** Shows what a name is: under the mouse, or by `n` and `p` where the code has the focus. */
export function typeTips(): void {
  const source = document.getElementById('types');
  if (!source) return;
  const texts: string[] = JSON.parse(source.textContent ?? '[]');
  const tip = document.createElement('div');
  tip.className = 'type-tip';
  tip.setAttribute('role', 'status');
  tip.hidden = true;
  document.body.append(tip);
  let shown: Element | undefined;

  const hide = () => {
    shown?.classList.remove('shown');
    shown = undefined;
    tip.hidden = true;
  };
  const show = (name: HTMLElement) => {
    hide();
    const [type, ...about] = texts[Number(name.dataset['t'])]!.split('\n\n');
    tip.replaceChildren(type!.replace(/^\(alias\) /, '').replace(/\nimport \w+$/, ''));
    if (about.length > 0) {
      const paragraph = document.createElement('p');
      const parts = about.join(' ').split('`');
      paragraph.append(...parts.map((part, i) => (i % 2 === 0 ? part : codeOf(part))));
      tip.append(paragraph);
    }
    tip.hidden = false;
    shown = name;
    name.classList.add('shown');
    const place = name.getBoundingClientRect();
    const left = Math.min(place.left, document.documentElement.clientWidth - tip.offsetWidth - 12);
    const above = place.top - tip.offsetHeight - 6;
    tip.style.left = `${Math.max(8, left) + scrollX}px`;
    tip.style.top = `${(above > 60 ? above : place.bottom + 6) + scrollY}px`;
  };

  document.addEventListener('pointerover', ({ target }) => {
    const name = (target as Element).closest<HTMLElement>('[data-t]');
    if (name) show(name);
    else if (shown) hide();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
    const code = (event.target as Element).closest?.('.code pre');
    if (!code || event.ctrlKey || event.metaKey || event.altKey || !['n', 'p'].includes(event.key)) return;
    const names = all('[data-t]', code);
    if (names.length === 0) return;
    const at = shown ? names.indexOf(shown as HTMLElement) : -1;
    const next = event.key === 'n' ? (at + 1) % names.length : (at <= 0 ? names.length : at) - 1;
    show(names[next]!);
    event.preventDefault();
  });
  document.addEventListener('focusout', hide);
}

function codeOf(text: string): HTMLElement {
  const code = document.createElement('code');
  code.textContent = text;
  return code;
}
