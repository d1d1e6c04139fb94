// Shortcuts of the keyboard and their overview ("?"). Letters alone do nothing, so that speech input presses no button.

import { el } from './dom.js';
import * as live from './live.js';
import { modal } from './raw.js';
import { t } from './words.js';

const BOX = 'textarea[data-testid=stChatInputTextArea]';
const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

const KEYS = [
  ['/', 'keys.prompt', (event) => event.key === '/', () => document.querySelector(BOX)?.focus()],
  ['Ctrl K', 'keys.search', (event) => held(event) && !event.shiftKey && event.code === 'KeyK', () => live.tell('search')],
  ['Ctrl Shift O', 'keys.new', (event) => held(event) && event.shiftKey && event.code === 'KeyO', () => document.querySelector('.st-key-new button')?.click()],
  ['Ctrl Shift E', 'keys.edit', (event) => held(event) && event.shiftKey && event.code === 'KeyE', () => last('.vn-person [data-do=edit]')?.click()],
  ['Ctrl Shift X', 'keys.copy', (event) => held(event) && event.shiftKey && event.code === 'KeyX', () => last('.vn-model [data-do=copy]')?.click()],
  ['Ctrl Shift S', 'keys.stop', (event) => held(event) && event.shiftKey && event.code === 'KeyS', () => last('.vn-going [data-do=stop]')?.click()],
  ['?', 'keys.overview', (event) => event.key === '?', null],
];
const ALSO = [
  ['Enter', 'keys.send'],
  ['Shift Enter', 'keys.line'],
  ['Esc', 'keys.close'],
];

const held = (event) => (MAC ? event.metaKey : event.ctrlKey) && !event.altKey;
const last = (which) => [...document.querySelectorAll(which)].at(-1);
const typing = (node) => node?.matches?.('input, textarea, select, [contenteditable=true]');

/** Listens on the whole page; gives what ends it. */
export function shortcuts(root) {
  const pressed = (event) => {
    if (event.isComposing || event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const one = KEYS.find(([, , fits]) => fits(event));
    if (!one || (typing(event.target) && !held(event))) return;
    event.preventDefault();
    event.stopPropagation(); // the framework has shortcuts of its own
    if (one[3]) one[3]();
    else overview(root);
  };
  addEventListener('keydown', pressed, true);
  return () => removeEventListener('keydown', pressed, true);
}

export function overview(root) {
  const rows = [...KEYS, ...ALSO].map(([keys, words]) => el('div', { class: 'vn-keys-row' }, el('dt', {}, keys.split(' ').map((key) => el('kbd', { text: MAC && key === 'Ctrl' ? '⌘' : key }))), el('dd', { text: t(words) })));
  modal(root, t('keys'), [el('dl', { class: 'vn-keys' }, rows)]).classList.add('vn-small');
}
