// One message: the person's words in a bubble, or an answer with its thoughts, text, results, card and icons.
// It is drawn once; afterwards only the part that changed is touched, and the text never while it stays the same.

import { actionsOf, costOf, editor, factsOf, goOn } from './actions.js';
import { Answer } from './answer.js';
import { asking, choices } from './choices.js';
import { el, once } from './dom.js';
import { endCard } from './failure.js';
import * as live from './live.js';
import { Making } from './making.js';
import { Shelf } from './media.js';
import { placed } from './models.js';
import { rawDialog } from './raw.js';
import { Thoughts } from './thoughts.js';
import { t } from './words.js';

const GOING = new Set(['new', 'queued', 'sending', 'waiting', 'running']);

export class Message {
  constructor(view, act) {
    this.id = view.id;
    this.act = act;
    this.view = null;
    this.leave = null; // ends the following of the run
    const person = view.role === 'user';
    this.node = el('article', { class: `vn-message ${person ? 'vn-person' : 'vn-model'}`, id: `m-${view.id}`, 'aria-label': t(person ? 'you' : 'answer') });
    if (person) this.personParts();
    else this.modelParts();
    this.row = el('div', { class: 'vn-row' });
    this.node.append(this.row);
  }

  personParts() {
    this.bubble = el('div', { class: 'vn-bubble', dir: 'auto' });
    this.shelf = new Shelf(this.act, { small: true });
    this.node.append(this.shelf.node, this.bubble);
  }

  modelParts() {
    this.thoughts = new Thoughts();
    this.body = el('div', { class: 'vn-answer' });
    this.answer = new Answer(this.body);
    // The line that says 'waiting' goes when there is something to read, in the same frame.
    this.answer.begun = () => {
      if (this.begun || !this.run) return;
      this.begun = true;
      this.drawRun();
      live.tell('words');
    };
    this.making = new Making();
    this.shelf = new Shelf(this.act, {});
    this.end = el('div', { class: 'vn-end' });
    this.node.append(this.thoughts.node, this.body, this.making.node, this.shelf.node, this.end);
  }

  update(view) {
    const mark = JSON.stringify(view);
    if (mark === this.mark) return;
    this.mark = mark;
    const before = this.view;
    this.view = view;
    this.together(view.beside ?? 0);
    if (view.role === 'user') {
      if (before?.text !== view.text && !this.editing) this.bubble.textContent = view.text;
      this.shelf.update(view.attachments ?? [], {});
      this.drawRow();
      return;
    }
    if (view.run && GOING.has(view.run.state)) this.go(view.run);
    else this.finish(view);
  }

  /** One of several answers to the same prompt, side by side. */
  together(count) {
    if (count === (this.beside ?? 0)) return;
    this.beside = count;
    const { view } = this;
    if (view) view.beside = count;
    this.node.classList.toggle('vn-beside', this.beside > 1);
    this.name?.remove();
    this.name = this.beside > 1 ? el('h3', { class: 'vn-beside-name', dir: 'auto', text: placed(view?.run?.model ?? view?.facts?.model ?? '', view?.facts?.gateway) }) : null;
    if (this.name) this.node.prepend(this.name);
    if (view?.facts) this.drawRow();
  }

  // -- a run that goes on ---------------------------------------------------------------------

  go(run) {
    if (this.leave && this.run?.id === run.id) return;
    this.leave?.();
    this.run = { ...run };
    this.node.classList.add('vn-going');
    this.answer.clear();
    this.thoughts.clear();
    this.end.replaceChildren();
    this.leave = live.follow(run, (told) => this.hear(told));
    this.drawRun();
    live.tell('going');
  }

  hear(told) {
    if (told.text !== undefined) {
      this.thoughts.done();
      this.answer.add(told.text);
    } else if (told.reasoning !== undefined) {
      this.thoughts.add(told.reasoning);
      if (this.thoughts.fresh) this.drawRun();
    } else if (told.view) {
      Object.assign(this.run, told.view);
      this.drawRun();
    } else if (told.restart) {
      this.begun = false;
      this.answer.clear();
      this.thoughts.clear();
    } else if (told.message) {
      const { message } = told;
      this.leave = null;
      // null: what has grown here is the whole of it (behind a card nothing has: then it is asked for)
      if (message.text === null && this.run?.making && !this.answer.text) {
        live.whole(this.run.id).then((whole) => this.update(whole ?? { ...message, text: '' }));
        return;
      }
      if (message.text === null) message.text = this.answer.text;
      if (message.reasoning === null) message.reasoning = this.thoughts.text;
      if (this.beside) message.beside = this.beside;
      this.mark = '';
      this.update(message);
    }
  }

  drawRun() {
    const { run } = this;
    const card = run.making || ['queued', 'waiting'].includes(run.state) || run.held;
    this.body.hidden = run.making;
    this.making.update(run, { card, waitingForWords: !card && !this.begun && !this.thoughts.text });
    this.drawRow();
  }

  // -- over -----------------------------------------------------------------------------------

  finish(view) {
    this.leave?.();
    this.leave = null;
    this.run = null;
    this.node.classList.remove('vn-going');
    live.tell('going');
    this.making.clear();
    this.begun = false;
    this.thoughts.set(view.reasoning ?? '', view.facts?.reasoning_s);
    const text = view.text ?? '';
    if (this.answer.text !== text) this.answer.set(text);
    else this.answer.finish();
    this.body.hidden = !text;
    this.shelf.update(view.results ?? [], { model: view.facts?.model, took: view.facts?.took_s, cost: costOf(view), message: view.id, text, songs: view.songs, record: view.run?.record });
    once(this.end, JSON.stringify([view.failure, view.run, view.finish, view.tool_calls, view.choices, view.asks]), () => (view.asks ? [asking(view, this.act)] : [...endCard(view, this.act, () => this.editQuestion()), choices(view, this.act)]));
    this.drawRow();
  }

  media(media) {
    const list = this.view?.role === 'user' ? this.view.attachments : this.view?.results;
    const at = list?.findIndex((one) => one.id === media.id) ?? -1;
    if (at >= 0) list[at] = media;
    else list?.push(media);
    this.shelf.one(media);
  }

  // -- the row of icons -----------------------------------------------------------------------

  drawRow() {
    const { view, run } = this;
    const key = JSON.stringify([run?.id, run && this.making.shown, run?.making, view.versions, view.text?.length, view.facts, view.usage, this.isLast, view.beside]);
    once(this.row, key, () => {
      if (run) return this.making.rowStop(run);
      return [view.beside > 1 ? goOn(view, this) : actionsOf(view, this), factsOf(view)];
    });
  }

  /** A long answer can be made short; again opens it. */
  fold() {
    this.body.classList.toggle('vn-folded');
  }

  last(is) {
    this.isLast = is;
    this.node.classList.toggle('vn-last', is);
  }

  edit() {
    if (this.editing) return;
    this.editing = editor(this.view.text, (text) => {
      this.editing.remove();
      this.editing = null;
      this.bubble.hidden = this.row.hidden = false;
      if (text === null) this.row.querySelector('[data-do=edit]')?.focus();
      else this.act({ do: 'edit', message: this.id, text });
    });
    this.bubble.hidden = this.row.hidden = true;
    this.bubble.after(this.editing);
    this.editing.begin();
  }

  /** 'Edit the prompt' on a card below leads to the question above. */
  editQuestion() {
    const question = document.getElementById(`m-${this.view.parent}`);
    question?.scrollIntoView({ block: 'nearest' });
    question?.querySelector('[data-do=edit]')?.click();
  }

  askRaw() {
    live.say('raw', this.id);
  }

  showRaw(told) {
    rawDialog(this.node, told);
  }

  stop() {
    this.leave?.();
    this.leave = null;
    this.making?.clear();
    this.thoughts?.done();
    live.tell('going');
  }
}
