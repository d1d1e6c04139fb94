// 'Change a part of this picture': a brush over the picture, whose strokes become a mask of its exact size,
// transparent where it is to change. The mask is kept by web/masks.py and waits beside the composer with its picture.

import { button, el, iconButton } from './dom.js';
import * as live from './live.js';
import { modal } from './raw.js';
import { t } from './words.js';

const BOX = 'textarea[data-testid=stChatInputTextArea]';
const STEP = 0.02; // of the picture's longer side, for an arrow key

/** The icon that opens it; it is shown where the chosen model takes a mask (thread.js, cards.css). */
export const maskIcon = (media, act, place) => iconButton('brush', t('mask.edit'), () => new Editor(place(), media, act), { class: 'vn-icon vn-mask-icon' });

class Editor {
  constructor(place, media, act) {
    this.media = media;
    this.act = act;
    this.strokes = []; // {erase, size, points: [[x, y] …]} in the picture's own pixels
    this.undone = [];
    this.erase = false;
    this.at = null; // where the keyboard's brush stands
    this.image = el('img', { src: media.src, alt: media.name || t('media.image'), draggable: 'false' });
    this.canvas = el('canvas', { tabindex: '0', role: 'application', 'aria-label': t('mask.canvas'), 'aria-describedby': 'vn-mask-keys' });
    this.ring = el('span', { class: 'vn-mask-ring', 'aria-hidden': 'true', hidden: true });
    this.stage = el('div', { class: 'vn-mask-stage' }, this.image, this.canvas, this.ring);
    this.said = el('span', { class: 'vn-fine', role: 'status' });
    this.dialog = modal(place, t('mask.title'), [this.tools(), this.stage, el('p', { class: 'vn-fine', id: 'vn-mask-keys', text: t('mask.keys') }), this.foot()], { class: 'vn-dialog vn-mask' });
    this.image.decode?.().then(() => this.measure(), () => this.measure());
    this.paint();
  }

  tools() {
    this.brush = iconButton('brush', t('mask.brush'), () => this.use(false));
    this.rubber = iconButton('eraser', t('mask.erase'), () => this.use(true));
    this.size = el('input', { type: 'range', class: 'vn-slide', min: '1', max: '30', value: '8', 'aria-label': t('mask.size'), title: t('mask.size'), on: { input: () => this.showRing() } });
    this.undo = iconButton('undo', t('mask.undo'), () => this.back());
    this.wipe = iconButton('remove', t('mask.clear'), () => {
      this.undone = this.strokes;
      this.strokes = [];
      this.draw();
    });
    return el('div', { class: 'vn-mask-tools', role: 'toolbar', 'aria-label': t('mask.title') }, this.brush, this.rubber, this.size, this.undo, this.wipe);
  }

  foot() {
    this.done = button(t('mask.use'), () => this.send(), { main: true, glyph: 'check' });
    return el('div', { class: 'vn-card-foot' }, this.said, el('span', { class: 'vn-card-acts' }, button(t('cancel'), () => this.dialog.close(), { class: 'vn-button vn-quiet' }), this.done));
  }

  measure() {
    this.canvas.width = this.media.width || this.image.naturalWidth;
    this.canvas.height = this.media.height || this.image.naturalHeight;
    this.draw();
  }

  /** By mouse, pen or finger. */
  paint() {
    const { canvas } = this;
    this.use(false);
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button) return;
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      this.begin(this.point(event));
      this.pointer = event.pointerId;
    });
    canvas.addEventListener('pointermove', (event) => {
      const events = event.getCoalescedEvents?.() ?? [];
      if (this.pointer === event.pointerId) for (const one of events.length ? events : [event]) this.go(this.point(one));
      if (event.pointerType !== 'touch') this.showRing(this.point(event));
    });
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, (event) => this.pointer === event.pointerId && (this.pointer = null));
    canvas.addEventListener('pointerleave', () => (this.ring.hidden = document.activeElement !== canvas || !this.at));
    canvas.addEventListener('keydown', (event) => this.key(event));
    this.dialog.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
      event.preventDefault();
      this.back();
    });
  }

  /** Arrows move the brush, Space marks; with Shift held an arrow draws. */
  key(event) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const { width, height } = this.canvas;
    this.at ??= [width / 2, height / 2];
    if (by) {
      const step = STEP * Math.max(width, height);
      const before = this.at;
      this.at = [Math.min(width, Math.max(0, before[0] + by[0] * step)), Math.min(height, Math.max(0, before[1] + by[1] * step))];
      if (event.shiftKey) {
        if (!this.drawing) this.begin(before);
        this.drawing = true;
        this.go(this.at);
      } else this.drawing = false;
    } else if (event.key === ' ') this.begin(this.at);
    else if (event.key === '[' || event.key === ']') this.size.value = Number(this.size.value) + (event.key === ']' ? 2 : -2);
    else if (event.key === 'e' || event.key === 'b') this.use(event.key === 'e');
    else return;
    event.preventDefault();
    this.showRing(this.at);
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * this.canvas.width, ((event.clientY - box.top) / box.height) * this.canvas.height];
  }

  get thick() {
    return (Number(this.size.value) / 100) * Math.max(this.canvas.width, this.canvas.height);
  }

  begin(point) {
    this.undone = [];
    this.strokes.push({ erase: this.erase, size: this.thick, points: [point] });
    this.stroke(this.strokes.at(-1), this.canvas.getContext('2d'));
    this.able();
  }

  go(point) {
    const last = this.strokes.at(-1);
    last.points.push(point);
    this.stroke({ ...last, points: last.points.slice(-2) }, this.canvas.getContext('2d'));
  }

  back() {
    if (this.strokes.length) this.strokes.pop();
    else {
      this.strokes = this.undone; // what was just cleared
      this.undone = [];
    }
    this.draw();
  }

  draw() {
    const context = this.canvas.getContext('2d');
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const one of this.strokes) this.stroke(one, context);
    this.able();
  }

  stroke({ erase, size, points }, context) {
    context.globalCompositeOperation = erase ? 'destination-out' : 'source-over';
    context.strokeStyle = context.fillStyle = getComputedStyle(this.canvas).color;
    context.lineWidth = size;
    context.lineCap = context.lineJoin = 'round';
    context.beginPath();
    if (points.length === 1) { // a line without length is not drawn
      context.arc(...points[0], size / 2, 0, 2 * Math.PI);
      context.fill();
      return;
    }
    context.moveTo(...points[0]);
    for (const point of points.slice(1)) context.lineTo(...point);
    context.stroke();
  }

  use(erase) {
    this.erase = erase;
    this.brush.setAttribute('aria-pressed', !erase);
    this.rubber.setAttribute('aria-pressed', erase);
  }

  able() {
    const some = this.strokes.some((one) => !one.erase);
    this.done.disabled = !some;
    this.wipe.disabled = !this.strokes.length;
    this.undo.disabled = !this.strokes.length && !this.undone.length;
  }

  showRing(point = this.at) {
    if (!point || !this.canvas.width) return;
    const scale = this.canvas.clientWidth / this.canvas.width;
    const side = this.thick * scale;
    this.ring.hidden = false;
    Object.assign(this.ring.style, { width: `${side}px`, height: `${side}px`, left: `${point[0] * scale - side / 2}px`, top: `${point[1] * scale - side / 2}px` });
  }

  async send() {
    this.done.disabled = true;
    this.said.textContent = '';
    try {
      const answer = await fetch(`${live.here() ?? ''}/vnchat/mask/${encodeURIComponent(this.media.id)}`, { method: 'POST', headers: { 'Content-Type': 'image/png' }, body: await this.mask() });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.problem);
      this.dialog.close();
      this.act({ do: 'mask', media: this.media.id, mask: told.id });
      document.querySelector(BOX)?.focus();
    } catch (error) {
      this.said.textContent = error.message || t('library.away');
      this.done.disabled = false;
    }
  }

  mask() {
    const whole = el('canvas', { width: this.canvas.width, height: this.canvas.height });
    const context = whole.getContext('2d');
    context.fillRect(0, 0, whole.width, whole.height);
    context.globalCompositeOperation = 'destination-out';
    context.drawImage(this.canvas, 0, 0);
    return new Promise((done) => whole.toBlob(done, 'image/png'));
  }
}
