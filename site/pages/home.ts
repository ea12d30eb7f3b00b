import { parts } from '../course.ts';
import { escapeHtml } from '../html/text.ts';
import { addresses, type Entry, type Frame, type Page } from '../layout.ts';
import { courseMap } from './course-map.ts';

/** What the course map knows of a lab. */
export interface LabCard extends Entry {
  /** Numbers of the labs that it builds on. */
  needs: readonly string[];
  /** What a reader can do afterwards, in a sentence. */
  goals: string;
  /** How long its cells run. */
  time: string | undefined;
}

export function homePage(frame: Frame, labs: readonly LabCard[]): Page {
  const { t, language, assignments } = frame;
  const to = addresses(language, 'index.html');
  const groups = parts.map(({ key, from, to: last }) => {
    const inside = labs.filter(({ number }) => Number(number) >= from && Number(number) <= last);
    return inside.length === 0
      ? ''
      : `<section class="part"><h2 id="${key.replace('.', '-')}">${escapeHtml(t(key))}</h2><ol class="cards">${inside.map(card).join('')}</ol></section>`;
  });
  const tasks =
    assignments.length === 0
      ? ''
      : `<section class="part"><h2 id="assignments">${escapeHtml(t('nav.assignments'))}</h2><ol class="cards">${assignments.map((one) => `<li class="card"><a href="${to.page(one.path)}"><span class="number">${one.number}</span><h3>${escapeHtml(one.title)}</h3></a></li>`).join('')}</ol></section>`;
  const first = labs[0];
  const start = first
    ? `<p><a class="button primary" href="${to.page(first.path)}">${escapeHtml(t('map.start'))}</a></p>`
    : '';
  const main = `<div class="hero"><h1>${escapeHtml(t('site.tagline'))}</h1><p class="lead">${escapeHtml(t('site.lead'))}</p>${start}</div>
<figure class="map">${courseMap(frame, labs)}</figure>
${groups.join('\n')}
${tasks}`;
  return { path: 'index.html', title: t('nav.home'), description: t('site.tagline'), main, kind: 'home' };

  function card(lab: LabCard): string {
    const known = lab.needs.filter((number) => labs.some((other) => other.number === number));
    const facts = [
      known.length > 0 ? t('map.needs', { labs: known.join(', ') }) : '',
      lab.time ? t('map.time', { time: lab.time }) : '',
    ].filter(Boolean);
    return `<li class="card"><a href="${to.page(lab.path)}"><span class="number">${lab.number}</span><h3>${escapeHtml(lab.title)}</h3><p>${escapeHtml(lab.goals)}</p><p class="facts">${facts.map(escapeHtml).join(' · ')}</p></a></li>`;
  }
}
