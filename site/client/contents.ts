import { all } from './dom.ts';

/** Marks the section that is being read in the page's table of contents. */
export function contentsHighlight(): void {
  const links = new Map(
    all<HTMLAnchorElement>('.contents li a').map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
  );
  if (links.size === 0) return;
  const headings = all('main :is(h2, h3)[id]').filter(({ id }) => links.has(id));
  let waiting = false;
  const mark = () => {
    waiting = false;
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 140);
    const here = passed.at(-1) ?? headings[0];
    for (const [id, link] of links) {
      const isHere = id === here?.id;
      link.classList.toggle('here', isHere);
      if (isHere) link.setAttribute('aria-current', 'location');
      else link.removeAttribute('aria-current');
    }
  };
  addEventListener(
    'scroll',
    () => {
      if (!waiting) requestAnimationFrame(mark);
      waiting = true;
    },
    { passive: true },
  );
  mark();
}
