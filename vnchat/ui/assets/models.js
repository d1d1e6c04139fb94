// Another model for one answer: the names that the page knows, narrowed by what is typed; any other name may be typed.

import { button, el } from './dom.js';
import { modal } from './raw.js';
import { t } from './words.js';

const SHOWN = 40;
let names = [];

export const know = (list) => (names = list ?? []);

let gateways = {};

export const knowGateways = (told) => (gateways = told ?? {});

/** A model, and whose it is where there are several gateways. */
export function placed(model, gateway) {
  const name = Object.keys(gateways).length > 1 ? gateways[gateway] : '';
  return name ? `${model} · ${name}` : model;
}

/** `done(model)`. */
export function chooseModel(place, done, { title = t('regenerate.with'), names: offered = names } = {}) {
  const finish = (name) => {
    dialog.close();
    done(name);
  };
  const box = el('input', { class: 'vn-field', 'aria-label': t('model.name'), placeholder: t('model.name'), maxlength: '200' });
  const list = el('div', { class: 'vn-models' });
  const draw = () => {
    const typed = box.value.trim();
    const fitting = offered.filter((name) => name.toLowerCase().includes(typed.toLowerCase()));
    const own = typed && !offered.includes(typed) ? [typed] : [];
    list.replaceChildren(...[...fitting.slice(0, SHOWN), ...own].map((name) => el('button', { type: 'button', class: 'vn-choice', dir: 'auto', text: name, on: { click: () => finish(name) } })));
  };
  box.addEventListener('input', draw);
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault(); // it must not press what gets the focus
    list.querySelector('button')?.click();
  });
  const dialog = modal(place, title, [box, list]);
  dialog.classList.add('vn-small');
  draw();
  box.focus();
}
