import { all } from './dom.ts';

const KEY = 'convbook-theme';
const order = ['system', 'light', 'dark'] as const;
type Theme = (typeof order)[number];

/** Goes through: as the system, light, dark. The choice is remembered. */
export function themeButton(): void {
  const [button] = all<HTMLButtonElement>('[data-theme-button]');
  if (!button) return;
  button.hidden = false;
  const now = (): Theme => (document.documentElement.dataset['theme'] as Theme | undefined) ?? 'system';
  const show = () => {
    const text = `${button.dataset['label']}: ${button.dataset[now()]}`;
    button.setAttribute('aria-label', text);
    button.title = text;
  };
  show();
  button.addEventListener('click', () => {
    const next = order[(order.indexOf(now()) + 1) % order.length]!;
    if (next === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = next;
    try {
      if (next === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, next);
    } catch {
      // No storage on some disks: then it holds for this page.
    }
    show();
    document.dispatchEvent(new Event('convbook-theme'));
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
    document.dispatchEvent(new Event('convbook-theme')),
  );
}
