// The conversation: its messages in order, each drawn once and updated in place; what an empty one offers;
// and the way to earlier messages. One message is message.js, where the view stands is scroll.js.

import { button, el, once } from './dom.js';
import { Versions } from './compare.js';
import * as live from './live.js';
import { Message } from './message.js';
import * as models from './models.js';
import { knowSteps } from './player.js';
import { Follow } from './scroll.js';
import { t } from './words.js';

const AT_ONCE = 8; // messages drawn in the first task; the ones above follow in short ones
const SLICE_MS = 10;
const NAMED_MS = 100; // after a first turn: its first words come before its name in the address
export const AT = 'vnchat.at'; // the message that another page asked to open at, until it is shown

export function thread(root, act) {
  return new Thread(root, act);
}

class Thread {
  constructor(root, act) {
    this.act = act;
    this.data = null;
    this.shown = null; // the conversation on the page
    this.messages = new Map(); // id → Message, in order
    this.queue = []; // messages above that wait to be drawn
    this.earlier = button(t('load_earlier'), () => this.askEarlier(), { class: 'vn-button vn-earlier', hidden: true });
    this.log = el('div', { class: 'vn-log', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': t('conversation') });
    this.empty = el('div', { class: 'vn-empty', hidden: true });
    this.full = el('div', { class: 'vn-context', role: 'note', hidden: true });
    this.page = el('div', { class: 'vn-thread' }, this.earlier, this.log, this.full, this.empty);
    root.append(this.page);
    this.follow = new Follow(this.page);
    this.versions = new Versions();
    this.off = [
      live.on('thread', (id, told) => id === this.data?.conversation && this.take(id, told)),
      live.on('full', (id, context) => id === this.shown && this.sayFull(context, [...this.messages.values()].at(-1))),
      live.on('earlier', (id, list, more) => id === this.shown && this.above(list, more)),
      live.on('at', () => this.anchor()),
      live.on('words', () => this.unnamed && queueMicrotask(() => this.name())), // a later task may be too late
      live.on('raw', (id, told) => this.messages.get(id)?.showRaw(told)),
      live.on('media', (id, media) => {
        this.messages.get(id)?.media(media);
        this.versions.update(this.messages.values());
      }),
    ];
    // Whoever reads upwards gets the earlier ones before the beginning is reached.
    this.near = new IntersectionObserver(([at]) => at.isIntersecting && !this.follow.end && this.askEarlier(), { root: this.follow.box === document.scrollingElement ? null : this.follow.box, rootMargin: '800px 0px 0px' });
    this.near.observe(this.earlier);
    this.seen = () => document.hidden || !this.shown || live.say('seen', this.shown);
    document.addEventListener('visibilitychange', this.seen);
  }

  update(data) {
    const other = this.data?.conversation !== data.conversation;
    this.data = data;
    models.know(data.models);
    knowSteps(data.steps);
    models.knowGateways(data.gateways);
    this.page.classList.toggle('vn-masks', Boolean(data.masks));
    if (other) {
      live.show(data.conversation);
      if (!data.conversation) this.clear('');
      else live.say('seen', data.conversation);
    }
    this.offer();
  }

  /** The window of the conversation as the server has it now. */
  take(id, told) {
    const fresh = this.shown !== id;
    const ids = [...this.messages.keys()];
    // {id, same: n}: this one and the n − 1 after it are as they were
    told.messages = told.messages.flatMap((one) => (one.same > 1 && ids.includes(one.id) ? ids.slice(ids.indexOf(one.id)).slice(0, one.same).map((known) => ({ id: known, same: 1 })) : [one]));
    if (told.messages.some((one) => one.same && !this.messages.has(one.id))) return live.show(id);
    if (fresh) this.clear(id);
    const known = told.messages[0] && this.messages.has(told.messages[0].id);
    const kept = known ? before([...this.messages.keys()], told.messages[0].id) : [];
    const lastKnown = [...this.messages.keys()].at(-1);
    this.place(kept, told.messages);
    if (!lastKnown && this.messages.size) {
      this.unnamed = id;
      setTimeout(() => this.name(), NAMED_MS);
    }
    if (!kept.length) this.earlier.hidden = !told.more;
    this.sayFull(told.context, told.messages.at(-1));
    const last = told.messages.at(-1);
    if (fresh || (last && last.id !== lastKnown)) this.follow.soon();
    this.versions.update(this.messages.values());
    this.offer(told.missing);
    if (fresh || this.seeking) this.anchor();
  }

  /** After its first words, and soon in any case: whoever reads them may refresh the page. */
  name() {
    if (this.unnamed && this.shown === this.unnamed && this.page.isConnected) nameInAddress(this.unnamed);
    this.unnamed = '';
  }

  place(kept, list) {
    const wanted = new Set([...kept, ...list.map((one) => one.id)]);
    for (const [id, message] of this.messages) {
      if (wanted.has(id)) continue;
      message.stop();
      message.node.remove();
      this.messages.delete(id);
    }
    const order = new Map(kept.map((id) => [id, this.messages.get(id)]));
    let at = kept.length ? this.messages.get(kept.at(-1)).node.nextSibling : this.log.firstChild;
    list.forEach((view, i) => {
      const message = this.messages.get(view.id) ?? this.make(view);
      if (message.node === at) at = at.nextSibling;
      else this.log.insertBefore(message.node, at);
      if (view.same) message.together(view.beside ?? 0);
      else { // the same is drawn already, or waits to be
        if (message.view || list.length - i <= AT_ONCE) message.update(view);
        else this.later(message, view);
      }
      message.last(i === list.length - 1 || view.beside > 1);
      order.set(view.id, message);
    });
    this.messages = order;
    this.parallel([...order.values()].filter((one) => one.beside > 1).length);
  }

  /** So many answers stand side by side, and the page makes room for them. */
  parallel(side) {
    this.log.classList.toggle('vn-parallel', side > 1);
    this.log.style.setProperty('--vn-side', side || 1);
    document.documentElement.classList.toggle('vn-side-by-side', side > 1);
  }

  /** Before the model's context is full: what can be done about it. */
  sayFull(context, last) {
    this.full.hidden = !context || !last;
    if (this.full.hidden) return;
    const percent = Math.min(100, Math.round((100 * context.used) / context.size));
    once(this.full, `${last.id} ${percent}`, () => [
      el('p', { class: 'vn-fine', text: t(percent < 100 ? 'context.nearly' : 'context.full', { percent }) }),
      el('div', { class: 'vn-card-acts' }, ['drop', 'summarise', 'anew'].map((what) => button(t(`context.${what}`), () => this.act({ do: what, message: last.id }), { main: true, title: t(`context.${what}.why`) }))),
    ]);
  }

  make(view) {
    return new Message(view, this.act);
  }

  // Long conversations: the newest messages at once, the ones above in slices, from below to above.
  later(message, view) {
    this.queue.push([message, view]);
    if (this.queue.length === 1) setTimeout(() => this.slice());
  }

  slice() {
    const until = performance.now() + SLICE_MS;
    while (this.queue.length && performance.now() < until) {
      const [message, view] = this.queue.pop();
      if (!message.view) message.update(view);
    }
    this.follow.keep();
    if (this.queue.length) setTimeout(() => this.slice());
    else if (this.seeking) this.anchor();
  }

  askEarlier() {
    const first = this.messages.keys().next().value;
    if (!first || first === this.asked) return;
    this.asked = first; // one question for each place
    live.say('earlier', this.shown, first);
  }

  above(list, more) {
    const focused = document.activeElement === this.earlier;
    this.follow.holding(() => {
      const have = [...this.messages.values()];
      const order = new Map();
      for (const view of list) {
        if (this.messages.has(view.id)) continue;
        const message = this.make(view);
        this.log.insertBefore(message.node, have[0]?.node ?? null);
        message.update(view);
        order.set(view.id, message);
      }
      for (const [id, message] of this.messages) order.set(id, message);
      this.messages = order;
      this.earlier.hidden = !more;
    });
    if (this.seeking) this.anchor();
    if (focused && !more) this.log.querySelector('button')?.focus({ preventScroll: true });
  }

  clear(id) {
    for (const message of this.messages.values()) message.stop();
    this.messages.clear();
    this.queue.length = 0;
    this.asked = null;
    this.parallel(0);
    this.log.replaceChildren();
    this.earlier.hidden = true;
    this.shown = id;
  }

  /** What stands on an empty page: one sentence, prompts to begin with, and what the demo is. */
  offer(missing = this.data?.missing) {
    const nothing = this.messages.size === 0 && (this.shown === this.data.conversation || !this.data.conversation);
    this.empty.hidden = !nothing;
    if (!nothing) return;
    this.follow.begin();
    const { starters = [], assistants = [], demo } = this.data;
    this.empty.replaceChildren(
      el('p', { class: 'vn-empty-words', text: t(missing ? 'empty.missing' : 'empty') }),
      assistants.length ? el('div', { class: 'vn-assistants', role: 'group', 'aria-label': t('assistants') }, assistants.map((one) => button(one.name, () => this.act({ do: 'assistant', assistant: one.id }), { class: 'vn-button vn-main', 'aria-pressed': String(one.chosen) }))) : '',
      el('div', { class: 'vn-starters' }, starters.map((one) => starter(one, this.act))),
      demo ? el('p', { class: 'vn-fine', text: t('demo') }) : '',
    );
  }

  /** An address with #m-…, or another page that opened this one, leads to that message. */
  anchor() {
    const id = sessionStorage.getItem(AT) || (location.hash.startsWith('#m-') ? location.hash.slice(3) : '');
    const wanted = this.messages.get(id);
    this.seeking = Boolean(id) && (!wanted || this.queue.length > 0);
    if (id && !wanted && !this.earlier.hidden) this.askEarlier();
    if (id && !wanted && this.earlier.hidden && this.messages.size) sessionStorage.removeItem(AT); // it is gone
    if (!wanted || this.seeking) return;
    sessionStorage.removeItem(AT);
    this.follow.end = false;
    wanted.node.scrollIntoView({ block: 'start' });
    wanted.node.classList.add('vn-found');
    setTimeout(() => wanted.node.classList.remove('vn-found'), 2500);
  }

  stop() {
    live.show('');
    this.parallel(0);
    document.removeEventListener('visibilitychange', this.seen);
    for (const off of this.off) off();
    for (const message of this.messages.values()) message.stop();
    this.follow.stop();
    this.near.disconnect();
    this.page.remove();
  }
}

/** A refresh finds a new conversation from its first turn on; the script names it in the same words, once it has run. */
function nameInAddress(id) {
  const query = new URLSearchParams(location.search);
  if (query.has('c')) return;
  query.append('c', id);
  history.pushState({}, '', `${location.pathname}?${query}`);
}

const before = (ids, id) => ids.slice(0, ids.indexOf(id));

function starter({ title, text }, act) {
  const press = () => act({ do: 'start', text });
  return el('button', { type: 'button', class: 'vn-starter', on: { click: press } }, title ? el('b', { text: title, dir: 'auto' }) : null, el('span', { text, dir: 'auto' }));
}
