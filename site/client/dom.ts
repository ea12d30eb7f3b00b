export const all = <E extends Element = HTMLElement>(
  selector: string,
  within: ParentNode = document,
): E[] => [...within.querySelectorAll<E>(selector)];

/** The way to the root of the site, as the page knows it. */
export const root = (): string => document.body.dataset['root'] ?? './';

/** Loads a script once: a classic one, which works on `file://` too. */
export function loadScript(name: string): Promise<void> {
  const known = loaded.get(name);
  if (known) return known;
  const loading = new Promise<void>((done, fail) => {
    const script = document.createElement('script');
    script.src = `${root()}assets/${name}`;
    script.onload = () => done();
    script.onerror = () => fail(new Error(`${name} can't be loaded.`));
    document.head.append(script);
  });
  loaded.set(name, loading);
  return loading;
}

const loaded = new Map<string, Promise<void>>();
