// Jupyter counts cursor positions in Unicode code points, JavaScript in UTF-16 units: they differ after an emoji.

/** The UTF-16 index of a code point position; positions outside the text are moved to its ends. */
export function toUtf16(text: string, codePoints: number): number {
  let index = 0;
  for (let left = Math.max(0, Math.trunc(codePoints) || 0); left > 0 && index < text.length; left--) {
    index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  }
  return index;
}

/** The code point position of a UTF-16 index. */
export function toCodePoints(text: string, index: number): number {
  let count = 0;
  for (let i = 0; i < index && i < text.length; count++) i += text.codePointAt(i)! > 0xffff ? 2 : 1;
  return count;
}
