// Another model for one answer: the names that the page knows, narrowed by what is typed; any other name may be typed.

import { button, el } from './dom.js';
import { modal } from './raw.js';
import { t } from './words.js';

const SHOWN = 40;
let names = [];

export const know = (list) => (names = list ?? []);

/** `done(model)`. */
export function chooseModel(place, done) {
  const finish = (name) => {
    dialog.close();
    done(name);
  };
  const box = el('input', { class: 'vn-field', 'aria-label': t('model.name'), placeholder: t('model.name'), maxlength: '200' });
  const list = el('div', { class: 'vn-models' });
  const draw = () => {
    const typed = box.value.trim();
    const fitting = names.filter((name) => name.toLowerCase().includes(typed.toLowerCase()));
    const own = typed && !names.includes(typed) ? [typed] : [];
    list.replaceChildren(...[...fitting.slice(0, SHOWN), ...own].map((name) => el('button', { type: 'button', class: 'vn-choice', dir: 'auto', text: name, on: { click: () => finish(name) } })));
  };
  box.addEventListener('input', draw);
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault(); // it must not press what gets the focus
    list.querySelector('button')?.click();
  });
  const dialog = modal(place, t('regenerate.with'), [box, list]);
  dialog.classList.add('vn-small');
  draw();
  box.focus();
}
