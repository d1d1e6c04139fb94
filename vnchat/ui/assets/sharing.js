// A small moving picture of a video, for places that show no video: WebP (smaller) or GIF (shown everywhere).
// The server makes it when it is asked for (web/library.py); meanwhile and afterwards the button says how it goes.

import { el, iconButton } from './dom.js';
import { openMenu } from './menu.js';
import { t } from './words.js';

const FORMS = ['webp', 'gif'];

export function sharing(media) {
  const said = el('span', { class: 'vn-fine', role: 'status' });
  const items = () => FORMS.map((form) => ({ glyph: 'download', label: t(`video.preview.${form}`), run: () => save(form) }));
  const node = iconButton('loopfilm', t('video.preview'), () => openMenu(node.closest('dialog, .vn') ?? document.body, node, t('video.preview'), items()), { 'aria-haspopup': 'menu' });

  async function save(form) {
    if (node.disabled) return;
    node.disabled = true;
    said.textContent = t('video.preview.making');
    let problem = '';
    try {
      const answer = await fetch(`${media.src.replace('/app/static/kept/', '/vnchat/preview/')}&form=${form}`);
      if (answer.ok) keep(await answer.blob(), `${(media.name || 'video').replace(/\.\w+$/, '')}.${form}`);
      else problem = (await answer.json()).problem;
    } catch {
      problem = t('library.away');
    }
    said.textContent = problem;
    node.disabled = false;
  }
  return el('span', { class: 'vn-card-acts' }, node, said);
}

function keep(blob, name) {
  const address = URL.createObjectURL(blob);
  el('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
