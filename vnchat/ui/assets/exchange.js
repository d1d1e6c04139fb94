// Export, import, share: one icon in the head that opens a dialog. The addresses come from the server, signed;
// a file that is imported goes up as it is, and the server says what came of it (vnchat/web/exchange.py).

import { money } from './actions.js';
import { button, copyFrom, el, iconButton } from './dom.js';
import * as live from './live.js';
import { modal } from './raw.js';
import { lang, t } from './words.js';

const FORMS = ['json', 'html', 'md'];

export function exchange(root, act) {
  return new Exchange(root, act);
}

class Exchange {
  constructor(root, act) {
    this.act = act;
    this.root = root;
    this.node = iconButton('share', t('export.title'), () => this.open(), { 'aria-haspopup': 'dialog' });
    root.append(this.node);
  }

  update({ conversation, base }) {
    this.conversation = conversation;
    this.base = base ?? '';
  }

  async open() {
    const told = await ask(`${this.base}/vnchat/exchange?conversation=${encodeURIComponent(this.conversation)}`);
    this.dialog = modal(this.root, t('export.title'), el('div', { class: 'vn-exchange' }, costs(told), this.exports(told), this.imports(told), this.sharing(told)));
  }

  // -- out --------------------------------------------------------------------------------------

  exports({ one, all, problem }) {
    if (problem) return el('p', { class: 'vn-fine', role: 'alert', text: problem });
    const row = (label, links) => el('div', { class: 'vn-exchange-row' }, el('span', { text: label }), links ? FORMS.map((form) => link(form, links[form])) : el('span', { class: 'vn-fine', text: t('export.nothing') }));
    return el('section', {}, row(t('export.this'), one), row(t('export.every'), all), el('p', { class: 'vn-fine', text: t('export.json.why') }));
  }

  // -- in ---------------------------------------------------------------------------------------

  imports() {
    const file = el('input', { type: 'file', accept: '.json,application/json', hidden: true, 'aria-label': t('import.choose') });
    const told = el('div', { class: 'vn-exchange-told', role: 'status' });
    const choose = button(t('import.choose'), () => file.click(), { glyph: 'download', main: true });
    file.addEventListener('change', async () => {
      if (!file.files.length) return;
      choose.disabled = true;
      await this.take(file.files[0], told);
      choose.disabled = false;
      file.value = '';
    });
    return el('section', {}, el('b', { text: t('import.title') }), el('p', { class: 'vn-fine', text: t('import.why') }), choose, file, told);
  }

  async take(file, place) {
    const say = (text) => (place.textContent = text);
    say(t('import.busy', { percent: 0 }));
    const report = await upload(`${this.base}/vnchat/import`, file, (part) => say(part < 1 ? t('import.busy', { percent: Math.floor(part * 100) }) : t('import.reading')));
    if (report.problem) return say(report.problem);
    live.list();
    const { conversations, messages, media, left_out: left = {}, first } = report;
    const words = Object.entries(left).filter(([, n]) => n > 0);
    place.replaceChildren(
      el('p', { text: t('import.done', { n: conversations, conversations, messages, media }) }),
      words.length ? el('div', {}, el('span', { class: 'vn-fine', text: t('import.left') }), el('ul', { class: 'vn-fine' }, words.map(([key, n]) => el('li', { text: t(`import.left.${key}`, { n }) })))) : '',
      first ? button(t('import.open'), () => (this.dialog.close(), this.act({ do: 'open', conversation: first })), { main: true }) : '',
    );
  }

  // -- shared -----------------------------------------------------------------------------------

  sharing({ one, share }) {
    if (!one) return null;
    const place = el('section', { class: 'vn-exchange-share' });
    this.drawShare(place, share);
    return place;
  }

  drawShare(place, share, note = '') {
    const media = el('input', { type: 'checkbox', checked: share?.media ?? true });
    const press = async (what) => {
      const told = await ask(`${this.base}/vnchat/share`, { conversation: this.conversation, media: media.checked, ...what });
      if (told.problem) this.drawShare(place, share, told.problem);
      else this.drawShare(place, told.share, told.share ? '' : t('share.gone'));
      place.querySelector('button')?.focus();
    };
    const full = share ? new URL(share.address, location.href).href : '';
    const copyIt = share && iconButton('copy', t('share.copy'), () => copyFrom(copyIt, full));
    place.replaceChildren(
      el('b', { text: t('share.title') }),
      el('p', { class: 'vn-fine', text: share ? t('share.since', { when: new Date(share.created * 1000).toLocaleString(lang()) }) : t('share.why') }),
      share ? el('div', { class: 'vn-exchange-row' }, el('a', { class: 'vn-address', href: full, target: '_blank', rel: 'noopener', text: full }), copyIt) : '',
      el('label', { class: 'vn-exchange-row' }, media, el('span', { text: t('share.media') })),
      el('div', { class: 'vn-card-acts' }, button(t(share ? 'share.renew' : 'share.make'), () => press({}), { glyph: 'share', main: true }), share ? button(t('share.withdraw'), () => press({ withdraw: true }), { glyph: 'close' }) : ''),
      note ? el('p', { class: 'vn-fine', role: 'alert', text: note }) : '',
      ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname) ? el('p', { class: 'vn-fine', text: t('share.local') }) : '',
    );
  }

  stop() {
    this.node.remove();
  }
}

/** What the answers of this conversation cost, all versions of them. */
function costs({ costs: told = [] }) {
  if (!told.length) return null;
  const answers = told.reduce((sum, one) => sum + one.answers, 0);
  const sum = told.map((one) => money(one.amount, one.currency)).join(' + ');
  const { unknown } = told[0];
  return el('p', { class: 'vn-costs' }, el('b', { text: t('cost.so_far', { sum }) }), el('span', { class: 'vn-fine', text: [t('cost.answers', { n: answers }), unknown ? t('cost.unknown', { n: unknown }) : ''].filter(Boolean).join(' · ') }));
}

const link = (form, address) => el('a', { class: 'vn-button vn-main', href: `${address}&lang=${lang()}`, download: '', text: t(`export.${form}`) });

async function ask(address, body) {
  try {
    const answer = await fetch(address, body ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {});
    return await answer.json();
  } catch {
    return { problem: t('share.failed') };
  }
}

/** XMLHttpRequest, because fetch does not tell how much of a file has gone up. */
function upload(address, file, progress) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open('POST', address);
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.upload.onload = () => progress(1);
    request.onload = () => {
      try {
        done(JSON.parse(request.responseText));
      } catch {
        done({ problem: t('import.failed') });
      }
    };
    request.onerror = () => done({ problem: t('import.failed') });
    request.send(file);
  });
}
