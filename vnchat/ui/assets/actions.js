// The row of small icons below a message, its line of facts, and the box in which a sent message is edited.

import { aloudButton } from './aloud.js';
import { button, copyFrom, duration, el, iconButton, number } from './dom.js';
import * as live from './live.js';
import { chooseModel } from './models.js';
import { lang, t } from './words.js';

export function actionsOf(view, message) {
  const { act } = message;
  const person = view.role === 'user';
  const made = view.results?.length > 0; // its player has the main icons already
  const press = (what) => () => act({ do: what, message: view.id });
  const row = [versions(view, act)];
  if (view.text && !made) row.push(copying('copy', t(person ? 'copy.text' : 'copy.markdown'), () => view.text));
  if (person) row.push(iconButton('edit', t('edit'), () => message.edit(), { 'data-do': 'edit' }));
  else if (!made && view.text) row.push(aloudButton(message));
  if (!person && !made) row.push(iconButton('again', t('regenerate'), press('regenerate')));
  const rest = () => [
    made && view.text ? copying('copy', t('copy.markdown'), () => view.text) : null,
    !person && view.text ? copying('text', t('copy.plain'), () => plain(message.body)) : null,
    !person && view.text?.length > LONG ? iconButton('fold', t('fold'), () => message.fold()) : null,
    person || made ? null : withAnother(view, message),
    iconButton('fork', t('fork'), press('fork')),
    copying('link', t('message.link'), () => addressOf(view.id)),
    person ? null : iconButton('raw', t('raw'), () => message.askRaw()),
    remove(view, act),
  ];
  return el('div', { class: 'vn-acts', role: 'group', 'aria-label': t('actions') }, row, more(rest));
}

const LONG = 1500; // letters from which an answer can be folded

function copying(name, label, what) {
  const node = iconButton(name, label, () => copyFrom(node, what()), { 'data-do': name });
  return node;
}

/** The rarer actions stand behind one icon and open beside it. */
function more(build) {
  const group = el('span', { class: 'vn-more', hidden: true });
  const node = iconButton('more', t('more'), () => {
    if (!group.childElementCount) group.append(...build().filter(Boolean));
    group.hidden = !group.hidden;
    node.setAttribute('aria-expanded', !group.hidden);
  }, { 'aria-expanded': 'false' });
  return el('span', { class: 'vn-more-place' }, node, group);
}

/** The words of an answer as they are read: no marks of Markdown, a formula as its source. */
function plain(body) {
  const away = el('div', { class: 'vn-away', 'aria-hidden': 'true' }, body.cloneNode(true));
  for (const node of away.querySelectorAll('.vn-code-head, .vn-copy')) node.remove();
  for (const node of away.querySelectorAll('.vn-diagram, .vn-diagram-fault')) node.remove();
  for (const node of away.querySelectorAll('pre[hidden]')) node.hidden = false;
  for (const node of away.querySelectorAll('[data-tex]')) node.textContent = node.dataset.tex;
  document.body.append(away);
  const text = away.innerText.trim();
  away.remove();
  return text;
}

function addressOf(id) {
  const at = new URL(location.href);
  at.hash = `m-${id}`;
  return at.href;
}

// No question before it: what is deleted comes back by one press.
function remove(view, act) {
  return iconButton('remove', t('delete'), () => {
    act({ do: 'delete', message: view.id });
    live.tell('undo', t('delete.done'), () => act({ do: 'restore', message: view.id }));
  });
}

function versions(view, act) {
  const { at, of, ids = [] } = view.versions ?? {};
  if (!(of > 1)) return null;
  const to = (step, name, label) =>
    iconButton(name, t(label), () => act({ do: 'version', message: ids[at - 1 + step] }), { disabled: !ids[at - 1 + step] });
  return el('span', { class: 'vn-versions' }, to(-1, 'back', 'version.before'), el('span', { class: 'vn-fine', text: `${at}/${of}`, 'aria-label': t('version.at', { at, of }) }), to(1, 'next', 'version.after'));
}

function withAnother(view, message) {
  const run = (model) => message.act({ do: 'regenerate', message: view.id, model });
  return iconButton('compare', t('regenerate.with'), () => chooseModel(message.node, run));
}

/** Below one of several answers side by side. */
export function goOn(view, message) {
  const pick = button(t('beside.pick'), () => message.act({ do: 'pick', message: view.id }), { main: true });
  return el('div', { class: 'vn-acts', role: 'group', 'aria-label': t('actions') }, pick, view.text ? copying('copy', t('copy.markdown'), () => view.text) : null);
}

/** Model, tokens, speed and cost, as far as they are known. */
export function factsOf(view) {
  if (view.role === 'user' || view.results?.length) return null; // a player has its own line
  const { facts = {}, usage } = view;
  const told = [
    facts.model,
    facts.answered_as ? t('facts.answered_as', { model: facts.answered_as }) : '',
    tokens(usage),
    facts.cached ? t('facts.cached', { n: facts.cached }) : '',
    facts.reasoned ? t('facts.reasoned', { n: facts.reasoned }) : '',
    typeof facts.first_token_s === 'number' ? t('facts.first', { s: number(facts.first_token_s, 2) }) : '',
    typeof facts.tokens_per_s === 'number' ? t('facts.speed', { n: number(facts.tokens_per_s, 0) }) : '',
    typeof facts.took_s === 'number' ? t('facts.took', { time: duration(Math.max(1, facts.took_s)) }) : '',
    costOf(view),
  ].filter(Boolean);
  return told.length ? el('div', { class: 'vn-facts vn-fine', dir: 'auto', text: told.join(' · ') }) : null;
}

/** In the reader's way of writing; "" when it is not known. */
export const costOf = ({ facts = {} }) => (typeof facts.cost === 'number' ? money(facts.cost, facts.currency) : '');

export function money(cost, currency) {
  try {
    const shape = { style: 'currency', currency, minimumFractionDigits: 2, maximumFractionDigits: cost < 0.1 ? 5 : 2 };
    return new Intl.NumberFormat(lang(), shape).format(cost);
  } catch {
    return `${number(cost, 5)} ${currency}`;
  }
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
    node.scrollIntoView({ block: 'nearest' }); // not under the head of the page
  };
  return node;
}

