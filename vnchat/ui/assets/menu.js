// A small menu beside the control that opened it: arrow keys, Escape, a press elsewhere closes it.
// It stands in the browser's top layer, inside the component so that the theme's properties reach it.

import { el } from './dom.js';
import { icon } from './icons.js';

/** `items`: {glyph, label, run, bad} or null. Focus goes back to `opener` when it closes without a choice. */
export function openMenu(place, opener, label, items) {
  const menu = el('div', { class: 'vn-menu', role: 'menu', 'aria-label': label, popover: 'auto' });
  for (const one of items.filter(Boolean)) {
    const press = () => {
      menu.hidePopover();
      one.run();
    };
    menu.append(el('button', { type: 'button', role: 'menuitem', tabindex: '-1', class: `vn-choice${one.bad ? ' vn-sure' : ''}`, on: { click: press } }, one.glyph ? icon(one.glyph) : null, el('span', { text: one.label, dir: 'auto' })));
  }
  const all = [...menu.children];
  menu.addEventListener('keydown', (event) => {
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all.at(to % all.length).focus();
    else if (event.key === 'Tab') menu.hidePopover();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  menu.addEventListener('toggle', (event) => {
    if (event.newState !== 'closed') return;
    const inside = menu.contains(document.activeElement);
    menu.remove();
    opener.setAttribute('aria-expanded', 'false');
    if (inside || document.activeElement === document.body) opener.focus({ preventScroll: true });
  });
  place.append(menu);
  menu.showPopover();
  opener.setAttribute('aria-expanded', 'true');
  beside(menu, opener.getBoundingClientRect());
  all[0]?.focus({ preventScroll: true });
  return menu;
}

function beside(menu, at) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + 4 + height < innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - 4 - height)}px`;
}
