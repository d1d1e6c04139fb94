// Voice input: what is said becomes words in the box, to be read over and sent by the person. Nothing is sent by
// itself. The recording stays in the browser until its words are there, so that a failure costs no second telling.

import { chosen, every, picker } from './able.js';
import { button, el, iconButton } from './dom.js';
import { icon } from './icons.js';
import * as live from './live.js';
import { t } from './words.js';

const MOST_SECONDS = 300;
const MOST_BYTES = 19_000_000;
const FORMS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];

export class Microphone {
  constructor(root, box, put, act) {
    this.act = act;
    this.box = box;
    this.put = put;
    this.press = iconButton('mic', t('voice.speak'), () => (this.recorder ? this.finish() : this.begin()), { class: 'vn-icon vn-mic' });
    this.panel = el('div', { class: 'vn-voice', role: 'group', 'aria-label': t('voice.speak'), hidden: true });
    root.append(this.press, this.panel);
  }

  /** `talks`: the chosen model hears sound itself, so a recording can go along as it is. */
  update(talks) {
    this.talks = talks;
  }

  show(glyph, words, ...more) {
    this.words = el('span', { class: 'vn-voice-words', role: 'status', text: words });
    this.panel.replaceChildren(...[glyph, this.words, ...more].filter(Boolean));
    this.panel.hidden = false;
  }

  hide() {
    const inside = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.data = null;
    if (inside) this.press.focus();
  }

  async begin() {
    if (this.asking) return;
    this.data = null;
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return this.fail(t('voice.not_here'));
    this.asking = true;
    this.show(icon('mic'), t('voice.allow'));
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      this.fail(t(error.name === 'NotFoundError' ? 'voice.no_microphone' : 'voice.refused'));
      return;
    } finally {
      this.asking = false;
    }
    if (this.gone) return this.letGo();
    this.record();
  }

  record() {
    const pieces = [];
    let size = 0;
    const mimeType = FORMS.find((one) => MediaRecorder.isTypeSupported(one));
    const recorder = new MediaRecorder(this.stream, { mimeType, audioBitsPerSecond: 32_000 });
    this.recorder = recorder;
    recorder.addEventListener('dataavailable', (event) => {
      pieces.push(event.data);
      size += event.data.size;
      if (size > MOST_BYTES) this.finish();
    });
    recorder.addEventListener('stop', () => {
      this.letGo();
      if (this.discarded) return this.hide();
      this.data = new Blob(pieces, { type: recorder.mimeType });
      if (this.whole) this.attach();
      else this.listen();
    });
    this.discarded = false;
    recorder.start(1000);
    this.began = performance.now();
    this.clock = setInterval(() => this.tick(), 250);
    this.press.setAttribute('aria-pressed', 'true');
    const writes = every('hear').length > 0;
    this.whole = !writes;
    const attach = () => {
      this.whole = true;
      this.finish();
    };
    this.show(
      el('span', { class: 'vn-recording', 'aria-hidden': 'true' }),
      t('voice.recording'),
      writes ? picker('hear', t('voice.by')) : null,
      writes ? button(t('voice.done'), () => this.finish(), { main: true, glyph: 'check' }) : null,
      this.talks ? button(t('voice.attach'), attach, { main: !writes, glyph: 'audio' }) : null,
      button(t('voice.discard'), () => this.discard()),
    );
    this.time = el('span', { class: 'vn-fine vn-time', text: '0:00', 'aria-hidden': 'true' });
    this.words.append(' ', this.time);
    this.panel.querySelector('.vn-main')?.focus();
  }

  tick() {
    const s = Math.floor((performance.now() - this.began) / 1000);
    this.time.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
    if (s >= MOST_SECONDS) this.finish();
  }

  finish() {
    if (this.recorder?.state === 'recording') this.recorder.stop();
  }

  discard() {
    this.discarded = true;
    if (this.recorder) this.finish();
    else this.hide();
  }

  /** The microphone is off, the browser's sign of it goes. */
  letGo() {
    clearInterval(this.clock);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = this.recorder = null;
    this.press.setAttribute('aria-pressed', 'false');
  }

  async listen() {
    const by = chosen('hear');
    const leave = new AbortController();
    this.show(icon('spin'), t('voice.listening', { model: by?.model ?? '' }), button(t('voice.discard'), () => leave.abort()));
    const asked = new URLSearchParams({ gateway: by?.gateway ?? '', model: by?.model ?? '' });
    let told;
    try {
      const answer = await fetch(`${live.here() ?? ''}/vnchat/hear?${asked}`, { method: 'POST', headers: { 'Content-Type': this.data.type || 'audio/webm' }, body: this.data, signal: leave.signal });
      told = await answer.json();
    } catch {
      if (leave.signal.aborted) return this.hide();
      told = { problem: t('library.away') };
    }
    if (this.gone) return;
    if (told.problem) return this.fail(t('voice.failed', { why: told.problem }));
    if (!told.text) return this.fail(t('voice.nothing'));
    const before = this.box()?.value.trimEnd() ?? '';
    this.put([before, told.text].filter(Boolean).join(before && !/[\u3000-\u9fff]$/.test(before) ? ' ' : ''));
    this.hide();
    this.box()?.focus();
  }

  /** The recording waits beside the box like any attached file, for a model that hears it itself. */
  async attach() {
    this.show(icon('spin'), t('voice.attaching'));
    let told;
    try {
      const answer = await fetch(`${live.here() ?? ''}/vnchat/recording?name=${encodeURIComponent(t('voice.recording_kept'))}`, { method: 'POST', headers: { 'Content-Type': this.data.type || 'audio/webm' }, body: this.data });
      told = await answer.json();
    } catch {
      told = { problem: t('library.away') };
    }
    if (this.gone) return;
    if (told.problem) return this.fail(t('voice.not_attached', { why: told.problem }));
    this.hide();
    this.act({ do: 'attach', media: told.id });
  }

  /** What was recorded stays: it can be heard, tried again by another model, saved or thrown away. */
  fail(words) {
    const kept = this.data;
    const player = kept ? el('audio', { controls: true, src: URL.createObjectURL(kept), 'aria-label': t('voice.recording_kept') }) : null;
    this.show(
      icon('warn'),
      words,
      player,
      kept ? picker('hear', t('voice.by')) : null,
      button(t('voice.again'), () => (!kept ? this.begin() : this.whole ? this.attach() : this.listen()), { main: true, glyph: 'again' }),
      button(t(kept ? 'voice.discard' : 'close'), () => this.hide()),
    );
  }

  stop() {
    this.gone = true;
    this.discarded = true;
    if (this.recorder) this.finish();
    else this.letGo();
  }
}
