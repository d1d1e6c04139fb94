// The title of the open conversation, and renaming it in place. It hears of changes over the live socket.

import { el } from './dom.js';
import * as live from './live.js';
import { t } from './words.js';

export function title(root, act) {
  return new Title(root, act);
}

class Title {
  constructor(root, act) {
    this.act = act;
    this.node = el('h1', { class: 'vn-title', dir: 'auto', tabindex: '0', title: t('rename'), on: { dblclick: () => this.edit(), keydown: (event) => event.key === 'Enter' && this.edit() } });
    root.append(this.node);
    this.off = [
      live.on('thread', (id, told) => id === this.conversation && told.title && this.say(told.title)),
      live.on('item', (item) => item.id === this.conversation && this.say(item.title)),
    ];
  }

  update({ conversation, title: given, written }) {
    if (conversation !== this.conversation || !this.written) this.say(given);
    this.conversation = conversation;
    this.written = written;
  }

  say(words) {
    this.words = words;
    if (!this.box) this.node.textContent = words;
  }

  edit() {
    if (this.box) return;
    const box = el('input', { class: 'vn-title-box', 'aria-label': t('rename'), maxlength: '200' });
    this.box = box;
    box.value = this.words;
    this.node.replaceChildren(box);
    box.select();
    const end = (keep) => {
      if (this.box !== box) return;
      this.box = null;
      const words = box.value.trim();
      if (keep && words && words !== this.words) {
        this.words = words;
        this.act({ do: 'rename', conversation: this.conversation, text: words });
      }
      this.node.textContent = this.words;
      this.node.focus();
    };
    box.addEventListener('blur', () => end(true));
    box.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === 'Enter') end(true);
      if (event.key === 'Escape') end(false);
    });
  }

  stop() {
    this.off.forEach((off) => off());
  }
}
