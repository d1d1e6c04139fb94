// The list of conversations in the sidebar: pinned, folders, by day, archived. It hears of changes over the live
// socket; nothing polls. Search is finding.js, the trash trash.js; the other end is vnchat/web/history.py.

import { button, el, iconButton, unseen } from './dom.js';
import { Finding } from './finding.js';
import { chooseFolder } from './folders.js';
import { icon } from './icons.js';
import * as live from './live.js';
import { openMenu } from './menu.js';
import { Notices } from './notices.js';
import { AT } from './thread.js';
import { openTrash } from './trash.js';
import { overview, shortcuts } from './shortcuts.js';
import { lang, t } from './words.js';

const ICONS = { video: 'movie', image: 'image', audio: 'audio', text: 'chat' };
const DAY_MS = 86_400_000;
const FOLDED = 'vnchat.open'; // the groups that stand open
const PHONE = 768;

export function history(root, act) {
  return new History(root, act);
}

class History {
  constructor(root, act) {
    this.root = root;
    this.act = act;
    this.items = new Map();
    this.rows = new Map(); // id → {mark, node}
    this.archived = 0; // how many there are; they come when their group is opened
    this.more = false;
    this.standing = new Set(JSON.parse(localStorage.getItem(FOLDED) || '[]'));
    this.standing.delete('archived');
    this.finding = new Finding(root, { open: (conversation, message) => this.open(conversation, message), away: (is) => (this.nav.hidden = is), day: dayName });
    this.nav = el('nav', { class: 'vn-history', 'aria-label': t('history') });
    root.append(this.nav);
    this.notices = new Notices(root, (conversation) => this.open(conversation));
    this.off = [
      live.on('history', (list, { archived = 0, older = 0 } = {}) => this.all(list, archived, older)),
      live.on('older', (list) => this.add(list, list.length > 0)),
      live.on('archived', (list) => this.add(list, this.more)),
      live.on('item', (item) => this.one(item)),
      live.on('gone', (id) => this.items.delete(id) && this.draw()),
      live.on('search', () => this.finding.focus()),
    ];
    this.off.push(shortcuts(root));
    live.list();
  }

  update(data) {
    // A language that was chosen is there again at the next visit; the server reads the cookie.
    if (data.remember) document.cookie = `vnchat_lang=${data.lang}; path=/; max-age=31536000; SameSite=Lax`;
    this.current = data.open ?? '';
    this.notices.here(this.current);
    this.draw();
  }

  all(list, archived, older) {
    this.items = new Map(list.map((item) => [item.id, item]));
    this.archived = archived;
    this.more = older;
    if (this.standing.has('archived')) live.say('archived');
    this.draw();
  }

  add(list, more) {
    for (const item of list) this.items.set(item.id, item);
    this.more = more;
    this.draw();
  }

  one(item) {
    const before = this.items.get(item.id);
    if (before && before.archived !== item.archived) this.archived += item.archived ? 1 : -1;
    this.items.set(item.id, item);
    this.draw();
  }

  open(conversation, message = '') {
    if (message) sessionStorage.setItem(AT, message);
    if (message && conversation === this.current) live.tell('at', message);
    this.act({ do: 'open', conversation, message });
    if (innerWidth < PHONE) document.querySelector('[data-testid=stSidebarCollapseButton] button')?.click();
  }

  // -- drawing ----------------------------------------------------------------------------------

  draw() {
    if (this.editing) return; // a title is being typed: the list is drawn afterwards
    const focused = this.nav.contains(document.activeElement) ? document.activeElement : null; // building moves rows, and a moved one loses it
    const row = focused?.closest('li')?.dataset.id;
    const sorted = [...this.items.values()].sort((a, b) => b.updated - a.updated);
    const groups = { pinned: [], folders: new Map(), days: new Map(), archived: [] };
    for (const item of sorted) {
      if (item.archived) groups.archived.push(item);
      else if (item.pinned) groups.pinned.push(item);
      else if (item.folder) into(groups.folders, item.folder, item);
      else into(groups.days, dayName(item.updated * 1000), item);
    }
    const nodes = [];
    if (groups.pinned.length) nodes.push(...this.group(t('day.pinned'), groups.pinned));
    const names = [...groups.folders.keys()].sort((a, b) => a.localeCompare(b, lang()));
    for (const name of names) nodes.push(this.fold(`folder:${name}`, name, 'folder', groups.folders.get(name)));
    for (const [name, items] of groups.days) nodes.push(...this.group(name, items));
    if (this.more) nodes.push(button(t('history.older'), () => this.older(sorted), { class: 'vn-button vn-quiet' }));
    const count = Math.max(this.archived, groups.archived.length);
    if (count) nodes.push(this.fold('archived', t('archived'), 'archive', groups.archived, () => live.say('archived')));
    if (!nodes.length) nodes.push(el('p', { class: 'vn-fine', text: t('history.empty') }));
    nodes.push(
      el('div', { class: 'vn-to-trash' }, button(t('trash'), () => openTrash(this.root), { glyph: 'remove', class: 'vn-button vn-quiet' }), button(t('keys'), () => overview(this.root), { glyph: 'keyboard', class: 'vn-button vn-quiet' })),
    );
    for (const id of this.rows.keys()) if (!this.items.has(id)) this.rows.delete(id);
    this.nav.replaceChildren(...nodes);
    if (focused) (focused.isConnected ? focused : (this.rows.get(row)?.node.querySelector('button') ?? this.nav.querySelector('button'))).focus({ preventScroll: true });
    this.notices.count(sorted);
  }

  group(name, items) {
    return [el('h4', { class: 'vn-day', text: name, dir: 'auto' }), el('ul', {}, items.map((item) => this.row(item)))];
  }

  /** A group that opens and closes, and remembers which. */
  fold(key, name, glyph, items, opened = () => {}) {
    const list = el('ul', {}, items.map((item) => this.row(item)));
    const fresh = items.some((item) => item.state === 'unseen' && item.id !== this.current);
    const node = el(
      'details',
      { class: 'vn-folder', open: this.standing.has(key) },
      el('summary', {}, icon(glyph), el('span', { class: 'vn-item-title', text: name, dir: 'auto' }), fresh ? el('span', { class: 'vn-dot' }) : null, fresh ? unseen(`, ${t('history.unseen')}`) : null),
      list,
    );
    node.addEventListener('toggle', () => {
      if (node.open === this.standing.has(key)) return;
      this.standing[node.open ? 'add' : 'delete'](key);
      localStorage.setItem(FOLDED, JSON.stringify([...this.standing]));
      if (node.open) opened();
    });
    return node;
  }

  older(sorted) {
    const plain = sorted.filter((item) => !item.pinned && !item.folder && !item.archived);
    live.say('older', plain.at(-1)?.updated ?? Date.now() / 1000);
  }

  row(item) {
    const open = item.id === this.current;
    const mark = JSON.stringify([item.title, item.icon, item.state, item.pinned, item.archived, open]);
    const known = this.rows.get(item.id);
    if (known?.mark === mark) return known.node;
    const running = item.state === 'running';
    const fresh = item.state === 'unseen' && !open;
    const said = running ? t('state.running') : fresh ? t('history.unseen') : item.state === 'failed' ? t('state.failed') : '';
    const button = el(
      'button',
      { type: 'button', class: `vn-item${fresh ? ' vn-fresh' : ''}`, 'aria-current': open ? 'page' : null, title: item.title || t('untitled'), on: { click: () => this.open(item.id) } },
      icon(running ? 'spin' : item.state === 'failed' && !open ? 'warn' : (ICONS[item.icon] ?? 'chat')),
      el('span', { class: 'vn-item-title', dir: 'auto', text: item.title || t('untitled') }),
      said ? unseen(`, ${said}`) : null,
      fresh ? el('span', { class: 'vn-dot', 'aria-hidden': 'true' }) : null,
    );
    const label = t('row.menu', { title: item.title || t('untitled') });
    const menu = iconButton('more', label, () => this.menu(item.id, menu), { 'aria-haspopup': 'menu', 'aria-expanded': 'false', class: 'vn-icon vn-row-menu' });
    const node = el('li', { class: 'vn-row-item', 'data-id': item.id }, button, menu);
    this.rows.set(item.id, { mark, node });
    return node;
  }

  // -- what can be done with one ----------------------------------------------------------------

  menu(id, opener) {
    const item = this.items.get(id);
    if (!item) return;
    const folders = [...new Set([...this.items.values()].map((one) => one.folder).filter(Boolean))].sort();
    openMenu(this.root, opener, opener.title, [
      { glyph: 'edit', label: t('rename'), run: () => this.rename(item) },
      { glyph: 'pin', label: t(item.pinned ? 'unpin' : 'pin'), run: () => live.say('pin', id, !item.pinned) },
      { glyph: 'folder', label: t('folder.move'), run: () => chooseFolder(this.root, folders, item.folder, (name) => this.file(id, name)) },
      { glyph: 'archive', label: t(item.archived ? 'unarchive' : 'archive'), run: () => live.say('archive', id, !item.archived) },
      { glyph: 'remove', label: t('delete.conversation'), run: () => this.remove(item), bad: true },
    ]);
  }

  file(id, name) {
    if (name) this.standing.add(`folder:${name}`);
    localStorage.setItem(FOLDED, JSON.stringify([...this.standing]));
    live.say('file', id, name);
  }

  rename(item) {
    const { node } = this.rows.get(item.id);
    const box = el('input', { class: 'vn-field', 'aria-label': t('rename'), maxlength: '200' });
    box.value = item.title;
    let over = false;
    this.editing = true;
    const end = (keep) => {
      if (over) return;
      over = true;
      this.editing = false;
      const title = box.value.trim();
      if (keep && title && title !== item.title) live.say('rename', item.id, title);
      this.rows.delete(item.id);
      this.draw();
      this.rows.get(item.id)?.node.querySelector('button').focus({ preventScroll: true });
    };
    box.addEventListener('blur', () => end(true));
    box.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      event.preventDefault(); // it must not press what gets the focus
      end(event.key === 'Enter');
    });
    node.replaceChildren(box);
    box.focus();
    box.select();
  }

  remove(item) {
    const open = item.id === this.current;
    live.say('remove', item.id);
    if (open) this.act({ do: 'open', conversation: '' });
    live.tell('undo', t('deleted', { title: item.title || t('untitled') }), () => {
      live.say('restore', item.id);
      if (open) this.open(item.id);
    });
  }

  stop() {
    this.off.forEach((off) => off());
    this.notices.stop();
    this.finding.stop();
    this.root.replaceChildren();
  }
}

function into(groups, name, item) {
  if (!groups.has(name)) groups.set(name, []);
  groups.get(name).push(item);
}

function dayName(time) {
  const start = new Date().setHours(0, 0, 0, 0);
  if (time >= start) return t('day.today');
  if (time >= start - DAY_MS) return t('day.yesterday');
  const date = new Date(time);
  const shape = date.getFullYear() === new Date().getFullYear() ? { day: 'numeric', month: 'long' } : { day: 'numeric', month: 'long', year: 'numeric' };
  return new Intl.DateTimeFormat(lang(), shape).format(date);
}
