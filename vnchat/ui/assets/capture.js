// 'Use this frame as a picture': the frame that stands in a player, drawn in the browser from our own address, sent
// to vnchat/web/library.py, which rebuilds and keeps it. It then waits beside the composer like any other picture.

import { iconButton } from './dom.js';
import * as live from './live.js';
import { t } from './words.js';

export function captureButton(player, act) {
  const node = iconButton('camera', t('video.capture'), async () => {
    node.disabled = true;
    try {
      act({ do: 'attach', media: (await keep(player)).id });
      node.classList.add('vn-done');
      setTimeout(() => node.classList.remove('vn-done'), 1500);
    } catch (error) {
      live.tell('problem', error.message || t('video.capture.failed'));
    }
    node.disabled = false;
  });
  return node;
}

async function keep(player) {
  if (player.readyState < 2) await loaded(player);
  const blob = await drawn(player).catch(async () => drawn(await fromHere(player)));
  if (!blob) throw new Error(t('video.capture.failed'));
  const name = `${t('video.frame_at', { s: player.currentTime.toFixed(2) })}.png`;
  const answer = await fetch(`${live.here() ?? ''}/vnchat/upload?name=${encodeURIComponent(name)}`, { method: 'POST', headers: { 'Content-Type': 'image/png' }, body: blob });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.problem);
  return told;
}

async function drawn(player) {
  const canvas = document.createElement('canvas');
  canvas.width = player.videoWidth;
  canvas.height = player.videoHeight;
  canvas.getContext('2d').drawImage(player, 0, 0);
  return new Promise((done) => canvas.toBlob(done, 'image/png'));
}

/** An object store's bytes may be played but not read: the same place once more, from our own server. */
async function fromHere(player) {
  const other = document.createElement('video');
  other.muted = true;
  other.src = `${player.getAttribute('src')}&here=1`;
  await loaded(other);
  await new Promise((done) => {
    other.addEventListener('seeked', done, { once: true });
    other.currentTime = player.currentTime;
  });
  return other;
}

function loaded(player) {
  return new Promise((done, failed) => {
    player.addEventListener('loadeddata', done, { once: true });
    player.addEventListener('error', () => failed(new Error(t('video.capture.failed'))), { once: true });
    player.preload = 'auto';
    if (!player.currentTime) player.currentTime = 0;
  });
}
