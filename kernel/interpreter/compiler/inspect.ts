// What a name is: its type, its documentation, its tags, as plain text and as Markdown.
import type ts from 'typescript';
import type { Inspection } from '../types.ts';

export function inspectAt(
  api: typeof ts,
  service: ts.LanguageService,
  path: string,
  code: string,
  cursor: number,
): Inspection {
  for (const at of positions(code, cursor)) {
    const info = service.getQuickInfoAtPosition(path, at);
    if (!info || at >= code.length + 1) continue;
    // Names of earlier cells come by imports that nobody wrote.
    const type = api
      .displayPartsToString(info.displayParts)
      .replace(/^\(alias\) ([\s\S]*)\nimport [^\n]*$/, '$1');
    if (type === '' || type === 'any') continue; // `any` alone is a name that nobody declared
    const documentation = api.displayPartsToString(info.documentation);
    const tags = (info.tags ?? []).map((tag) => ({
      name: tag.name,
      text: api.displayPartsToString(tag.text),
    }));
    return {
      found: true,
      data: {
        'text/plain': plain(type, documentation, tags),
        'text/markdown': markdown(type, documentation, tags),
      },
    };
  }
  return { found: false, data: {} };
}

/** The cursor, the character before it, and the function whose arguments it stands in. */
function positions(code: string, cursor: number): number[] {
  const found = [cursor, cursor - 1];
  let depth = 0;
  for (let at = cursor - 1; at >= 0 && cursor - at < 2_000; at--) {
    const character = code[at]!;
    if (')]}'.includes(character)) depth++;
    else if (character === '(' && depth === 0) {
      found.push(code.slice(0, at).trimEnd().length - 1);
      break;
    } else if ('([{'.includes(character)) depth--;
  }
  return found.filter((at) => at >= 0);
}

type Tag = { name: string; text: string };

function plain(type: string, documentation: string, tags: Tag[]): string {
  return [type, documentation, tags.map(({ name, text }) => `@${name} ${text}`.trimEnd()).join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

function markdown(type: string, documentation: string, tags: Tag[]): string {
  const list = tags.map(({ name, text }) =>
    name === 'example' ? `**Example**\n\n${fenced(text)}` : `*@${name}* ${text}`.trimEnd(),
  );
  return [`\`\`\`typescript\n${type}\n\`\`\``, documentation, ...list]
    .filter((part) => part !== '')
    .join('\n\n');
}

const fenced = (text: string) => (text.includes('```') ? text : `\`\`\`typescript\n${text}\n\`\`\``);
