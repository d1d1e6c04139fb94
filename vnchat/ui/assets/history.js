// The list of conversations in the sidebar, by day. It hears of changes over the live socket; nothing polls.

import { el, unseen } from './dom.js';
import { icon } from './icons.js';
import * as live from './live.js';
import { Notices } from './notices.js';
import { lang, t } from './words.js';

const ICONS = { video: 'movie', image: 'image', audio: 'audio', text: 'chat' };
const DAY_MS = 86_400_000;

export function history(root, act) {
  return new History(root, act);
}

class History {
  constructor(root, act) {
    this.act = act;
    this.items = new Map();
    this.rows = new Map(); // id → {mark, node}
    this.nav = el('nav', { class: 'vn-history', 'aria-label': t('history') });
    root.append(this.nav);
    this.notices = new Notices(root, (conversation) => this.open(conversation));
    this.off = [
      live.on('history', (list) => this.all(list)),
      live.on('item', (item) => this.one(item)),
      live.on('gone', (id) => this.items.delete(id) && this.draw()),
    ];
    live.list();
  }

  update(data) {
    this.current = data.open ?? '';
    this.notices.here(this.current);
    this.draw();
  }

  all(list) {
    this.items = new Map(list.map((item) => [item.id, item]));
    this.draw();
  }

  one(item) {
    this.items.set(item.id, item);
    this.draw();
  }

  open(conversation) {
    this.act({ do: 'open', conversation });
  }

  draw() {
    const sorted = [...this.items.values()].sort((a, b) => b.pinned - a.pinned || b.updated - a.updated);
    const nodes = [];
    let group = null;
    let list = null;
    for (const item of sorted) {
      const name = item.pinned ? t('day.pinned') : dayName(item.updated * 1000);
      if (name !== group) {
        group = name;
        list = el('ul');
        nodes.push(el('h4', { class: 'vn-day', text: name }), list);
      }
      list.append(this.row(item));
    }
    for (const id of this.rows.keys()) if (!this.items.has(id)) this.rows.delete(id);
    const focused = this.nav.contains(document.activeElement) ? document.activeElement : null;
    if (nodes.length) this.nav.replaceChildren(...nodes);
    else this.nav.replaceChildren(el('p', { class: 'vn-fine', text: t('history.empty') }));
    focused?.focus({ preventScroll: true });
    this.notices.count(sorted);
  }

  row(item) {
    const open = item.id === this.current;
    const mark = JSON.stringify([item.title, item.icon, item.state, open]);
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
    const node = el('li', {}, button);
    this.rows.set(item.id, { mark, node });
    return node;
  }

  stop() {
    this.off.forEach((off) => off());
    this.notices.stop();
    this.nav.remove();
  }
}

function dayName(time) {
  const start = new Date().setHours(0, 0, 0, 0);
  if (time >= start) return t('day.today');
  if (time >= start - DAY_MS) return t('day.yesterday');
  const date = new Date(time);
  const shape = date.getFullYear() === new Date().getFullYear() ? { day: 'numeric', month: 'long' } : { day: 'numeric', month: 'long', year: 'numeric' };
  return new Intl.DateTimeFormat(lang(), shape).format(date);
}
