// What a page does with JavaScript; everything is readable without.
import { animationButtons } from './animations.ts';
import { contentsHighlight } from './contents.ts';
import { copyButtons } from './copy.ts';
import { figures } from './figures.ts';
import { searchOpener } from './open-search.ts';
import { themeButton } from './theme.ts';
import { typeTips } from './types.ts';

themeButton();
copyButtons();
typeTips();
searchOpener();
contentsHighlight();
animationButtons();
figures();
