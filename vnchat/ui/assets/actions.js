// The row of small icons below a message, its line of facts, and the box in which a sent message is edited.

import { button, copyFrom, duration, el, iconButton, number } from './dom.js';
import { t } from './words.js';

export function actionsOf(view, message) {
  const { act } = message;
  const person = view.role === 'user';
  const press = (what) => () => act({ do: what, message: view.id });
  const copyIt = iconButton('copy', t(person ? 'copy.text' : 'copy.markdown'), () => copyFrom(copyIt, view.text));
  const row = [versions(view, act)];
  if (view.text) row.push(copyIt);
  if (person) row.push(iconButton('edit', t('edit'), () => message.edit(), { 'data-do': 'edit' }));
  else row.push(iconButton('again', t('regenerate'), press('regenerate')));
  row.push(iconButton('fork', t('fork'), press('fork')));
  if (!person) row.push(iconButton('raw', t('raw'), () => message.askRaw()));
  const address = iconButton('link', t('message.link'), () => copyLink(address, view.id));
  row.push(address, remove(view, act));
  return el('div', { class: 'vn-acts', role: 'group', 'aria-label': t('actions') }, row);
}

async function copyLink(node, id) {
  const at = new URL(location.href);
  at.hash = `m-${id}`;
  copyFrom(node, at.href);
}

// One press asks, the second deletes; looking away takes the question back.
function remove(view, act) {
  const ask = iconButton('remove', t('delete'), () => {
    const sure = button(t('delete.sure'), () => act({ do: 'delete', message: view.id }), { glyph: 'remove', class: 'vn-button vn-quiet vn-sure' });
    const back = () => sure.isConnected && sure.replaceWith(ask);
    sure.addEventListener('blur', () => setTimeout(back, 150));
    sure.addEventListener('keydown', (event) => event.key === 'Escape' && (back(), ask.focus()));
    ask.replaceWith(sure);
    sure.focus();
  });
  return ask;
}

function versions(view, act) {
  const { at, of, ids = [] } = view.versions ?? {};
  if (!(of > 1)) return null;
  const to = (step, name, label) =>
    iconButton(name, t(label), () => act({ do: 'version', message: ids[at - 1 + step] }), { disabled: !ids[at - 1 + step] });
  return el('span', { class: 'vn-versions' }, to(-1, 'back', 'version.before'), el('span', { class: 'vn-fine', text: `${at}/${of}`, 'aria-label': t('version.at', { at, of }) }), to(1, 'next', 'version.after'));
}

/** Model, tokens, speed and cost, as far as they are known. */
export function factsOf(view) {
  if (view.role === 'user') return null;
  const { facts = {}, usage } = view;
  const told = [
    facts.model,
    facts.answered_as ? t('facts.answered_as', { model: facts.answered_as }) : '',
    tokens(usage),
    typeof facts.first_token_s === 'number' ? t('facts.first', { s: number(facts.first_token_s, 2) }) : '',
    typeof facts.tokens_per_s === 'number' ? t('facts.speed', { n: number(facts.tokens_per_s, 0) }) : '',
    typeof facts.took_s === 'number' ? t('facts.took', { time: duration(Math.max(1, facts.took_s)) }) : '',
    facts.cost ? String(facts.cost) : '',
  ].filter(Boolean);
  return told.length ? el('div', { class: 'vn-facts vn-fine', dir: 'auto', text: told.join(' · ') }) : null;
}

function tokens(usage) {
  const given = usage?.prompt_tokens;
  const got = usage?.completion_tokens;
  if (!Number.isFinite(given) && !Number.isFinite(got)) return '';
  return t('facts.tokens', { given: given ?? '–', got: got ?? '–' });
}

/** The box in which a message is edited; `done` gets the new words, or null. */
export function editor(text, done) {
  const box = el('textarea', { class: 'vn-edit-box', dir: 'auto', 'aria-label': t('edit') });
  box.value = text;
  const send = () => box.value.trim() && done(box.value);
  box.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') done(null);
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
    event.stopPropagation();
  });
  const grow = () => {
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight + 2, 320)}px`;
  };
  box.addEventListener('input', grow);
  const node = el(
    'div',
    { class: 'vn-edit' },
    box,
    el('div', { class: 'vn-card-acts' }, button(t('cancel'), () => done(null), { class: 'vn-button vn-quiet' }), button(t('send'), send, { main: true })),
  );
  node.begin = () => {
    grow();
    box.focus();
    box.setSelectionRange(text.length, text.length);
  };
  return node;
}

