// Small things for building the page: elements, numbers in words, the clipboard.
// Text from outside only ever becomes a text node here; HTML is made in markdown.js alone.

import { icon } from './icons.js';
import { t } from './words.js';

/** An element. `props`: class, text, on (listeners), everything else an attribute (null leaves it out). */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') node.textContent = value;
    else if (name === 'on') for (const [type, run] of Object.entries(value)) node.addEventListener(type, run);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false || child === '') continue;
    node.append(child);
  }
  return node;
}

/** A small grey button with only an icon; its label is read out and shown on hover. */
export function iconButton(name, label, run, props = {}) {
  return el('button', { type: 'button', class: 'vn-icon', 'aria-label': label, title: label, ...props, on: { click: run } }, icon(name));
}

/** A button with words, and an icon before them if one is named. */
export function button(label, run, { glyph = '', main = false, ...props } = {}) {
  const look = `vn-button${main ? ' vn-main' : ''}`;
  return el('button', { type: 'button', class: look, ...props, on: { click: run } }, glyph ? icon(glyph) : null, el('span', { text: label }));
}

/** Replace the children of a node only if they differ by `key`; keeps focus and selection otherwise. */
export function once(node, key, build) {
  if (node.__key === key) return;
  node.__key = key;
  node.replaceChildren(...[build()].flat().filter(Boolean));
}

export async function copy(text, html = '') {
  try {
    if (html && window.ClipboardItem) {
      const item = { 'text/plain': new Blob([text], { type: 'text/plain' }), 'text/html': new Blob([html], { type: 'text/html' }) };
      await navigator.clipboard.write([new ClipboardItem(item)]);
    } else await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(text);
  }
}

// A page that is not on https has no clipboard API.
function copyOldWay(text) {
  const box = el('textarea', { class: 'vn-away', 'aria-hidden': 'true' });
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand('copy');
  box.remove();
  return done;
}

/** Copies and lets the button say so for a moment. */
export async function copyFrom(node, text, html = '') {
  if (!(await copy(text, html))) return;
  node.classList.add('vn-done');
  node.setAttribute('aria-label', t('copied'));
  const before = node.title;
  setTimeout(() => {
    node.classList.remove('vn-done');
    node.setAttribute('aria-label', before);
  }, 1500);
}

/** 75 → "1 min 15 s" in the words of the language. */
export function duration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return t('time.s', { s });
  if (s < 3600) return s % 60 ? t('time.min_s', { min: Math.floor(s / 60), s: s % 60 }) : t('time.min', { min: s / 60 });
  return t('time.h_min', { h: Math.floor(s / 3600), min: Math.floor((s % 3600) / 60) });
}

/** As `duration`, but no more exact than an estimate is: "1 min", "20 s". */
export function roughly(seconds) {
  if (seconds < 50) return t('time.s', { s: Math.max(5, Math.ceil(seconds / 5) * 5) });
  return t('time.min', { min: Math.max(1, Math.round(seconds / 60)) });
}

export function bytes(count) {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${Math.round(count / 1e3)} kB`;
  return `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} MB`;
}

export const number = (value, digits = 1) => (Number.isInteger(value) ? String(value) : value.toFixed(digits));

/** A word that only the screen reader says. */
export const unseen = (text, props = {}) => el('span', { class: 'vn-unseen', text, ...props });
