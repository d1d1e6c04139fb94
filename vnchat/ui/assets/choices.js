// What a provider offers to do next with what it made (Midjourney's U1 … V4, zoom, pan): its own buttons below the
// picture. One press is one task; until its turn is there the buttons rest. Also: a step that asks for words.

import { button, el } from './dom.js';
import { icon } from './icons.js';
import { t } from './words.js';

const REST_MS = 4000;

export function choices(view, act) {
  if (!view.choices?.length) return null;
  const row = el('div', { class: 'vn-choices', role: 'group', 'aria-label': t('choices') });
  const press = (id) => {
    for (const one of row.children) one.disabled = true;
    setTimeout(() => [...row.children].forEach((one) => (one.disabled = false)), REST_MS);
    act({ do: 'press', message: view.id, choice: id });
  };
  row.append(...view.choices.map(({ id, label }) => button(label, () => press(id), { main: true, 'aria-label': t('choices.press', { label }) })));
  return row;
}

/** A step that waits for words; they are written in the page's own box. */
export function asking(view, act) {
  if (!view.asks) return null;
  return el(
    'section',
    { class: 'vn-card vn-asks', 'aria-label': t('asks.title') },
    el('div', { class: 'vn-card-head' }, icon('edit'), el('span', { class: 'vn-card-title' }, el('b', { text: t('asks.title') }))),
    el('p', { class: 'vn-card-text', text: t('asks.text') }),
    el('div', { class: 'vn-card-foot' }, el('span', { class: 'vn-card-acts' }, button(t('asks.write'), () => act({ do: 'answer', message: view.id }), { main: true, glyph: 'edit' }))),
  );
}
