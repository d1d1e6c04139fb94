// Which models listen and which speak, as the page was told, and the ones that this browser chose last.

import { el } from './dom.js';

const KINDS = ['hear', 'speak'];
const able = { hear: [], speak: [] };

/** The marks on the page show and hide what needs such a model (page.css). */
export function know(told, talks = false) {
  for (const kind of KINDS) {
    able[kind] = told[kind] ?? [];
    document.documentElement.classList.toggle(`vn-can-${kind}`, able[kind].length > 0 || (kind === 'hear' && talks));
  }
}

export const every = (kind) => able[kind];
const name = (one) => JSON.stringify([one.gateway, one.model]);

/** The one that was chosen last if it is still there, else the first; `voice` is the person's own. */
export function chosen(kind) {
  const kept = recall(kind);
  const one = able[kind].find((found) => name(found) === kept.name) ?? able[kind][0];
  if (!one) return null;
  return { ...one, voice: kept.voices?.[name(one)] ?? one.voices?.[0] ?? '' };
}

export function choose(kind, one) {
  const kept = recall(kind);
  const voices = { ...kept.voices, ...(one.voice ? { [name(one)]: one.voice } : {}) };
  try {
    localStorage.setItem(`vnchat.${kind}`, JSON.stringify({ name: name(one), voices }));
  } catch {
    // Not remembered; it is still used this time.
  }
}

function recall(kind) {
  try {
    return JSON.parse(localStorage.getItem(`vnchat.${kind}`)) ?? {};
  } catch {
    return {};
  }
}

/** A choice of the model, where there is one to make. */
export function picker(kind, label, changed) {
  if (able[kind].length < 2) return null;
  const now = chosen(kind);
  const options = able[kind].map((one) => el('option', { value: name(one), selected: name(one) === name(now), text: one.where ? `${one.model} · ${one.where}` : one.model }));
  const node = el('select', { class: 'vn-field vn-which', 'aria-label': label, on: { change: () => {
    choose(kind, able[kind].find((one) => name(one) === node.value));
    changed?.();
  } } }, options);
  return node;
}
