import { all } from './dom.ts';

export function copyButtons(): void {
  for (const button of all<HTMLButtonElement>('.copy')) {
    button.addEventListener('click', async () => {
      const code = button.parentElement!.querySelector('pre')!.textContent ?? '';
      await copy(code);
      const label = button.textContent;
      button.textContent = button.dataset['copied']!;
      button.classList.add('done');
      setTimeout(() => {
        button.textContent = label;
        button.classList.remove('done');
      }, 1600);
    });
  }
}

/** The clipboard's own way needs a secure page, which a file or a plain server is not. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
}
