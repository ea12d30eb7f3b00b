import { all } from './dom.ts';

/** A drawing that moves can be stopped and seen again; it stands still for those whose system asks for that. */
export function animationButtons(): void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  for (const button of all<HTMLButtonElement>('[data-animation]')) {
    const svg = button.parentElement!.querySelector('svg')!;
    const show = (paused: boolean) => {
      button.textContent = (paused ? button.dataset['play'] : button.dataset['pause']) ?? '';
    };
    const rest = () => {
      svg.setCurrentTime(1e4); // past its last round: the last frame
      svg.pauseAnimations();
      show(true);
    };
    if (calm) rest();
    button.addEventListener('click', () => {
      if (svg.animationsPaused()) {
        svg.setCurrentTime(0);
        svg.unpauseAnimations();
        show(false);
      } else {
        svg.pauseAnimations();
        show(true);
      }
    });
  }
}
