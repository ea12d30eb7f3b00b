// A process of its own that asks TypeScript for the type of every name in a notebook's cells, beside nbconvert on the other core.
// A JSON object a line: {"id", "folder", "cells": [code]} is answered by {"id", "types": CellTypes} or {"id", "error"}.
import { createInterface } from 'node:readline';
import { loadTypeScript } from '../../kernel/interpreter/compiler/load-typescript.ts';
import { LanguageTools } from '../../kernel/interpreter/compiler/service.ts';
import type { NotebookTypes, Place } from './types.ts';

const LONGEST = 700;
const api = loadTypeScript();
const tools = new Map<string, LanguageTools>();

function typesOf(folder: string, cells: readonly string[]): NotebookTypes {
  const language = tools.get(folder) ?? new LanguageTools(api, folder);
  tools.set(folder, language);
  const texts = new Map<string, number>();
  const places = language.names(cells).map((named) =>
    named.map(({ start, length, type, about }): Place => {
      const whole = about ? `${type}\n\n${about}` : type;
      const text = whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole;
      const known = texts.get(text) ?? texts.size;
      texts.set(text, known);
      return [start, length, known];
    }),
  );
  return { texts: [...texts.keys()], places };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, folder, cells } = JSON.parse(line);
  let answer: object;
  try {
    answer = { id, types: typesOf(folder, cells) };
  } catch (error) {
    answer = { id, error: (error as Error).stack };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
