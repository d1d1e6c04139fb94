// The library: everything that is kept, as a grid that grows while one scrolls, with filters, search and a selection.
// It asks vnchat/web/library.py; one file large is lightbox.js. Posters load when they come near the window.

import { button, bytes, duration, el, iconButton } from './dom.js';
import { icon } from './icons.js';
import { lightbox } from './lightbox.js';
import * as live from './live.js';
import { own } from './media.js';
import { modal } from './raw.js';
import { t } from './words.js';

const DAY = 86_400;
const KINDS = ['', 'video', 'image', 'audio', 'file', 'given'];
const TIMES = { today: 0, week: 6, month: 29, year: 364 }; // days before today
const SIZES = { small: [0, 1e6], middle: [1e6, 2e7], large: [2e7, 0] };
const TYPING_MS = 250;

export function library(root, act) {
  return new Library(root, act);
}

class Library {
  constructor(root, act) {
    this.act = act;
    this.items = new Map(); // id → what the server told, in order
    this.tiles = new Map();
    this.chosen = new Set();
    this.filter = {};
    this.more = '';
    this.asked = 0;
    this.search = el('input', { type: 'search', class: 'vn-pick-field vn-find', placeholder: t('library.search'), 'aria-label': t('library.search'), maxlength: 300, on: { input: () => this.typing() } });
    this.kinds = el('div', { class: 'vn-kinds', role: 'group', 'aria-label': t('library.kind') }, KINDS.map((kind) => el('button', { type: 'button', class: 'vn-kind', 'aria-pressed': String(!kind), 'data-kind': kind, text: t(`library.kind.${kind || 'all'}`), on: { click: () => this.kind(kind) } })));
    this.model = this.select('model', () => ({ model: this.model.value }));
    this.conversation = this.select('conversation', () => ({ conversation: this.conversation.value }));
    this.time = this.select('time', () => this.span());
    this.size = this.select('size', () => {
      const [smallest, largest] = SIZES[this.size.value] ?? [0, 0];
      return { smallest, largest };
    });
    fill(this.time, [...Object.keys(TIMES), 'range'].map((one) => [one, t(`library.time.${one}`)]), t('library.time.any'));
    fill(this.size, Object.keys(SIZES).map((one) => [one, t(`library.size.${one}`)]), t('library.size.any'));
    this.since = this.day('library.since');
    this.until = this.day('library.until');
    this.range = el('span', { class: 'vn-range', hidden: true }, this.since, ' – ', this.until);
    this.told = el('p', { class: 'vn-fine', role: 'status' });
    this.bar = el('div', { class: 'vn-chosen', role: 'toolbar', 'aria-label': t('library.chosen'), hidden: true });
    this.grid = el('div', { class: 'vn-grid', role: 'list', 'aria-label': t('library') });
    this.end = el('div', { class: 'vn-grid-end' });
    this.page = el('div', { class: 'vn-library' }, el('div', { class: 'vn-filters' }, this.search, this.kinds, el('div', { class: 'vn-selects' }, this.model, this.conversation, this.time, this.range, this.size)), this.told, this.bar, this.grid, this.end);
    root.append(this.page);
    this.near = new IntersectionObserver(([seen]) => {
      this.atEnd = seen.isIntersecting;
      if (this.atEnd) this.next();
    }, { rootMargin: '600px' });
    this.near.observe(this.end);
    this.off = live.on('connected', (back) => back && !this.items.size && this.again());
  }

  update(data) {
    if (this.data) return;
    this.data = data;
    this.again();
  }

  // -- filters --------------------------------------------------------------------------------

  select(name, read) {
    return el('select', { class: 'vn-pick-field', 'aria-label': t(`library.${name}`), on: { change: () => this.set(read()) } });
  }

  day(name) {
    return el('input', { type: 'date', class: 'vn-pick-field', 'aria-label': t(name), on: { change: () => this.set(this.span()) } });
  }

  span() {
    this.range.hidden = this.time.value !== 'range';
    if (this.time.value === 'range') {
      const from = this.since.valueAsDate ? new Date(`${this.since.value}T00:00`).getTime() / 1000 : 0;
      const to = this.until.valueAsDate ? new Date(`${this.until.value}T00:00`).getTime() / 1000 + DAY : 0;
      return { since: from, until: to };
    }
    const days = TIMES[this.time.value];
    if (days === undefined) return { since: 0, until: 0 };
    return { since: new Date().setHours(0, 0, 0, 0) / 1000 - days * DAY, until: 0 };
  }

  kind(kind) {
    for (const one of this.kinds.children) one.setAttribute('aria-pressed', String(one.dataset.kind === kind));
    this.set(kind === 'given' ? { kind: '', origin: 'given' } : { kind, origin: '' });
  }

  typing() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.set({ q: this.search.value.trim() }), TYPING_MS);
  }

  set(changed) {
    Object.assign(this.filter, changed);
    this.again();
  }

  // -- asking ---------------------------------------------------------------------------------

  again() {
    this.more = '';
    this.first = true;
    this.ask();
  }

  next() {
    if (this.more && !this.busy) this.ask();
  }

  async ask() {
    const turn = ++this.asked;
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(this.filter)) if (value) query.set(name, value);
    if (!this.first) query.set('after', this.more);
    this.busy = true;
    let told = null;
    try {
      const answer = await fetch(`${live.here() ?? ''}/vnchat/library?${query}`);
      told = await answer.json();
    } catch {
      told = { problem: t('library.away') };
    }
    if (turn !== this.asked) return; // another filter was chosen meanwhile
    this.busy = false;
    if (told.problem) {
      this.told.replaceChildren(told.problem, ' ', button(t('again'), () => this.ask(), { glyph: 'again' }));
      return;
    }
    if (this.first) this.begin(told);
    this.first = false;
    this.more = told.more;
    for (const item of told.items) this.add(item);
    if (this.atEnd && this.more) requestAnimationFrame(() => this.next());
  }

  begin(told) {
    this.items.clear();
    this.tiles.clear();
    this.grid.replaceChildren();
    this.zip = told.zip;
    this.count = told.count;
    this.bytes = told.size;
    this.room = told.quota ? t('library.quota', { kept: bytes(told.kept), quota: bytes(told.quota) }) : '';
    fill(this.model, told.models.map((one) => [one, one]), t('library.model.any'));
    fill(this.conversation, told.conversations.map(([id, title]) => [id, title || t('untitled')]), t('library.conversation.any'));
    for (const id of [...this.chosen]) this.chosen.delete(id);
    this.say();
    this.drawBar();
  }

  say() {
    const nothing = Object.values(this.filter).some(Boolean) ? 'library.none' : 'library.empty';
    this.told.textContent = this.count ? [t('library.count', { n: this.count, size: bytes(this.bytes) }), this.room].filter(Boolean).join(' · ') : t(nothing);
  }

  // -- the grid -------------------------------------------------------------------------------

  add(item) {
    if (this.items.has(item.id)) return;
    this.items.set(item.id, item);
    const words = item.prompt || item.name || t(`media.${item.kind}`);
    const shown = item.poster || (item.kind === 'image' ? item.src : null);
    const still = own(shown) ? el('img', { src: shown, alt: '', loading: 'lazy', decoding: 'async' }) : icon(item.kind === 'video' ? 'movie' : item.kind);
    const length = item.seconds ? el('span', { class: 'vn-tile-length', text: duration(item.seconds) }) : null;
    const open = el('button', { type: 'button', class: 'vn-tile-open', 'aria-label': `${t(`media.${item.kind}`)}: ${words.slice(0, 120)}`, on: { click: (event) => (event.shiftKey || this.chosen.size ? this.choose(item.id, event.shiftKey) : this.large(item.id)) } }, still, length);
    const tick = el('button', { type: 'button', class: 'vn-pick', role: 'checkbox', 'aria-checked': 'false', 'aria-label': `${t('library.choose')}: ${words.slice(0, 60)}`, on: { click: (event) => this.choose(item.id, event.shiftKey) } }, icon('check'));
    const tile = el('div', { class: `vn-tile vn-tile-${item.kind}`, role: 'listitem', 'data-media': item.id }, open, tick, el('div', { class: 'vn-tile-words', dir: 'auto', title: words.slice(0, 300), text: words.slice(0, 200) }));
    this.tiles.set(item.id, tile);
    this.grid.append(tile);
  }

  choose(id, through = false) {
    const ids = [...this.items.keys()];
    const last = ids.indexOf(this.lastChosen);
    const here = ids.indexOf(id);
    const span = through && last >= 0 ? ids.slice(Math.min(last, here), Math.max(last, here) + 1) : [id];
    const add = through || !this.chosen.has(id);
    for (const one of span) add ? this.chosen.add(one) : this.chosen.delete(one);
    this.lastChosen = id;
    this.drawBar();
  }

  drawBar() {
    for (const [id, tile] of this.tiles) {
      const is = this.chosen.has(id);
      tile.classList.toggle('vn-is-chosen', is);
      tile.querySelector('.vn-pick').setAttribute('aria-checked', String(is));
    }
    this.page.classList.toggle('vn-choosing', this.chosen.size > 0);
    this.bar.hidden = !this.chosen.size;
    if (!this.chosen.size) return;
    const size = [...this.chosen].reduce((sum, id) => sum + (this.items.get(id)?.size ?? 0), 0);
    this.bar.replaceChildren(
      el('span', { text: t('library.chosen.n', { n: this.chosen.size, size: bytes(size) }) }),
      button(t('library.zip'), () => this.download([...this.chosen]), { glyph: 'download', main: true }),
      button(t('library.delete'), () => this.sure([...this.chosen]), { glyph: 'remove' }),
      iconButton('close', t('library.clear'), () => this.unchoose()),
    );
  }

  unchoose() {
    this.chosen.clear();
    this.drawBar();
  }

  large(id) {
    lightbox(this.page, [...this.items.values()], id, {
      act: this.act,
      remove: (item) => this.sure([item.id]),
      more: () => this.next(),
    });
  }

  // -- many at once ---------------------------------------------------------------------------

  // A form: the browser itself saves what streams in, and nothing is held in the page.
  download(ids) {
    const form = el('form', { method: 'post', action: this.zip, hidden: true }, el('input', { type: 'hidden', name: 'ids', value: ids.join(',') }));
    this.page.append(form);
    form.submit();
    form.remove();
  }

  sure(ids) {
    const dialog = modal(this.page, t('library.delete.title', { n: ids.length }), [
      el('p', { text: t('library.delete.sure', { n: ids.length }) }),
      el('div', { class: 'vn-card-acts' }, button(t('library.delete.do', { n: ids.length }), () => dialog.close('yes'), { glyph: 'remove', main: true }), button(t('cancel'), () => dialog.close())),
    ]);
    dialog.addEventListener('close', () => dialog.returnValue === 'yes' && this.remove(ids));
  }

  async remove(ids) {
    try {
      const answer = await fetch(`${live.here() ?? ''}/vnchat/library/delete`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(ids) });
      const told = await answer.json();
      if (told.problem) throw new Error(told.problem);
    } catch (error) {
      this.told.textContent = error.message;
      return;
    }
    for (const id of ids) {
      this.bytes -= this.items.get(id)?.size ?? 0;
      this.count -= this.items.delete(id) ? 1 : 0;
      this.tiles.get(id)?.remove();
      this.tiles.delete(id);
      this.chosen.delete(id);
    }
    this.say();
    this.drawBar();
    this.next();
  }

  stop() {
    clearTimeout(this.timer);
    this.near.disconnect();
    this.off();
    this.page.remove();
  }
}

function fill(select, options, any) {
  const before = select.value;
  select.replaceChildren(el('option', { value: '', text: any }), ...options.map(([value, text]) => el('option', { value, text })));
  if ([...select.options].some((one) => one.value === before)) select.value = before;
}
