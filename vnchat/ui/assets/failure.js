// The cards at the end of a run that did not simply succeed: what happened, why in plain words, whether it may
// have been charged, what to do. The gateway's own words stay plain text, one click below.

import { button, copyFrom, el, iconButton } from './dom.js';
import { icon } from './icons.js';
import { has, t } from './words.js';

const GLYPHS = { failed: 'warn', stopped: 'stop', interrupted: 'broken', unknown: 'unknown' };
const ENDINGS = new Set(['length', 'content_filter', 'interrupted', 'tool_calls']);

/** The nodes below an answer; empty when it just ended well. */
export function endCard(view, act, editQuestion) {
  const state = view.run?.state ?? 'done';
  const tools = (view.tool_calls ?? []).map(tool);
  if (view.failure && state !== 'stopped') return [...tools, failureCard(view, act, editQuestion)];
  if (['stopped', 'interrupted', 'unknown', 'failed'].includes(state)) return [...tools, stateCard(state, view, act)];
  if (ENDINGS.has(view.finish) && view.finish !== 'tool_calls') return [...tools, ending(view, act)];
  if (!view.text && !view.results?.length && !tools.length) return [el('p', { class: 'vn-fine', text: t('answer.empty') })];
  return tools;
}

function failureCard(view, act, editQuestion) {
  const { failure, run } = view;
  const { kind, stage } = failure;
  const key = (part) => (has(`fail.${kind}.${stage}.${part}`) ? `fail.${kind}.${stage}.${part}` : `fail.${kind}.${part}`);
  const review = kind.startsWith('moderation');
  const at = typeof run?.progress === 'number' ? t('fail.at', { percent: Math.floor(run.progress) }) : '';
  const sentences = [t(key('why')), t(`charged.${failure.charged}`), t(key('do'))];
  return card({
    glyph: review ? 'shield' : GLYPHS.failed,
    look: 'vn-failed',
    title: t(key('title')),
    aside: [t(`stage.${stage}`), at].filter(Boolean).join(', '),
    text: sentences.filter(Boolean).join(' '),
    acts: failureActs(failure, view, act, editQuestion),
    below: said(failure),
  });
}

// The main action first. 'Try again' only where the failure says that it makes sense.
function failureActs({ again }, view, act, editQuestion) {
  const repeat = (main, word) => button(t(word), () => act({ do: 'again', message: view.id }), { glyph: 'again', main });
  const edit = (main) => button(t('edit.prompt'), editQuestion, { glyph: 'edit', main });
  if (again === 'yes') return [repeat(true, 'again'), edit(false)];
  if (again === 'later') return [repeat(true, 'again.later')];
  if (again === 'change') return [edit(true)];
  return [];
}

/** What the gateway said, word for word, with what its people ask for. */
function said(failure) {
  const facts = [
    failure.status ? `HTTP ${failure.status}` : '',
    failure.code ? t('fail.code', { code: failure.code }) : '',
    failure.trace ? t('fail.trace', { trace: failure.trace }) : '',
  ].filter(Boolean);
  if (!failure.message && !facts.length) return null;
  const words = [failure.message, ...facts].filter(Boolean).join('\n');
  const copyIt = iconButton('copy', t('copy'), () => copyFrom(copyIt, words));
  return el(
    'details',
    { class: 'vn-said' },
    el('summary', {}, el('span', { text: t('fail.said') }), icon('down')),
    el('div', { class: 'vn-said-words' }, el('pre', { dir: 'auto', text: words }), copyIt),
  );
}

function stateCard(state, view, act) {
  const repeat = button(t('again'), () => act({ do: 'again', message: view.id }), { glyph: 'again', main: state === 'interrupted' });
  // A task whose id is known is only asked after; nothing is made or charged anew.
  const look = view.run?.task && state !== 'failed' ? button(t('look.again'), () => act({ do: 'again', message: view.id }), { glyph: 'again', main: true }) : null;
  const told = state === 'stopped' ? `state.stopped.cancel.${view.run?.cancel}` : '';
  const why = has(told) ? told : view.run?.task && has(`state.${state}.task`) ? `state.${state}.task` : `state.${state}.why`;
  const goOn = view.text ? button(t('continue'), () => act({ do: 'continue', message: view.id }), { glyph: 'extend' }) : null;
  const paid = view.run?.paid && state !== 'unknown' ? ` ${t('charged.maybe')}` : '';
  return card({
    glyph: GLYPHS[state],
    look: `vn-${state}`,
    title: t(`state.${state}`),
    text: t(why) + (state === 'stopped' ? '' : paid),
    acts: look ? [look] : state === 'unknown' ? [] : [repeat, goOn],
    below: view.failure ? said(view.failure) : null,
  });
}

// The text ended early though the run is done: one quiet line and a way on.
function ending(view, act) {
  const goOn = view.finish === 'content_filter' ? null : button(t('continue'), () => act({ do: 'continue', message: view.id }), { glyph: 'extend', class: 'vn-button vn-quiet' });
  return el('div', { class: 'vn-ending' }, icon('info'), el('span', { class: 'vn-fine', text: t(`finish.${view.finish}`) }), goOn);
}

function tool(call) {
  return el('details', { class: 'vn-said vn-tool' }, el('summary', {}, icon('raw'), el('span', { text: t('tool', { name: call.name }) })), el('pre', { dir: 'ltr', text: call.arguments }));
}

function card({ glyph, look, title, aside = '', text, acts, below }) {
  return el(
    'section',
    { class: `vn-card ${look}`, 'aria-label': title },
    el('div', { class: 'vn-card-head' }, icon(glyph), el('span', { class: 'vn-card-title' }, el('b', { text: title }), aside ? ` · ${aside}` : '')),
    el('p', { class: 'vn-card-text', text }),
    el('div', { class: 'vn-card-foot vn-wrap' }, el('span', { class: 'vn-card-acts' }, acts), below),
  );
}
