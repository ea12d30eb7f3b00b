import en from './en.json' with { type: 'json' };
import pt from './pt.json' with { type: 'json' };

export const languages = ['en', 'pt'] as const;
export type Language = (typeof languages)[number];

/** How a page names its language to browsers and screen readers. */
export const languageTag: Record<Language, string> = { en: 'en', pt: 'pt-BR' };

export type Text = keyof typeof en;

const texts: Record<Language, Record<Text, string>> = { en, pt };

/** Gives an interface text in a language, with `{name}` filled in. */
export type Translate = (key: Text, values?: Record<string, string | number>) => string;

export const translator =
  (language: Language): Translate =>
  (key, values = {}) =>
    texts[language][key].replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));
