// One frame on or back. A browser does not tell a video's rate, but the time of the frame that it shows: back is just
// before that, on is as far as it takes until another one is shown; how far that was is tried first the next time.

const LENGTHS = [60, 30, 25, 24, 15, 12, 10, 8].map((rate) => 1 / rate); // of a frame, in seconds
const MORE = 0.002; // into the frame, past what rounding takes
const WAIT_MS = 150; // for a frame after a seek; the same one is not always shown anew

const known = new WeakMap(); // player → {at, frame, length}

export async function step(player, by) {
  player.pause();
  const now = known.get(player) ?? {};
  if (player.dataset.stepping) return;
  player.dataset.stepping = by;
  try {
    const from = now.at === player.currentTime ? now.frame : await shown(player, player.currentTime);
    if (by < 0) return void (await shown(player, Math.max(0, from - MORE / 2)));
    for (const length of [now.length, ...LENGTHS].filter(Boolean)) {
      if (from + length + MORE >= player.duration) return;
      const frame = await shown(player, from + length + MORE);
      if (frame > from + MORE / 2) return void known.set(player, { ...known.get(player), length: frame - from });
    }
  } finally {
    delete player.dataset.stepping;
  }
}

/** Goes to a time; gives the time of the frame that is shown there. */
async function shown(player, time) {
  const before = known.get(player)?.frame;
  const frame = await new Promise((done) => {
    const call = player.requestVideoFrameCallback?.((_, { mediaTime }) => done(mediaTime));
    const unseen = () => {
      if (call !== undefined) player.cancelVideoFrameCallback(call);
      done(call === undefined ? time : (before ?? time));
    };
    player.addEventListener('seeked', () => setTimeout(unseen, call === undefined ? 0 : WAIT_MS), { once: true });
    player.currentTime = time;
  });
  known.set(player, { ...known.get(player), at: player.currentTime, frame });
  return frame;
}
