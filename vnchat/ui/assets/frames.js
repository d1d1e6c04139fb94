// When to draw: at once after a pause, else once a frame, never for a hidden tab.
// What is drawn is the business of the drawables: objects with draw(now), true if they want to be asked again.

const PAUSE_MS = 16; // drawn at once so often on the average …
const AT_ONCE = 3; // … and so many times after a pause: words that came late do not put off the next ones
const waiting = new Set();
let last = -Infinity;
let free = AT_ONCE;
let asked = false;

/** Draw this soon. Called in a socket's message it draws in the same task if nothing was drawn lately. */
export function soon(drawable) {
  waiting.add(drawable);
  if (document.hidden) return;
  if (free + (performance.now() - last) / PAUSE_MS >= 1) flush();
  else ask();
}

export const forget = (drawable) => waiting.delete(drawable);

function ask() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    if (!document.hidden && waiting.size) flush();
  });
}

function flush() {
  free = Math.max(0, Math.min(AT_ONCE, free + (performance.now() - last) / PAUSE_MS) - 1);
  const round = [...waiting];
  waiting.clear();
  for (const drawable of round) if (drawable.draw(performance.now())) waiting.add(drawable);
  last = performance.now();
  if (waiting.size) ask();
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && waiting.size) ask();
});

// One clock for everything that shows passing time; it only runs while something needs it and is seen.
const clocked = new Set();
let timer = 0;

export function everySecond(run) {
  clocked.add(run);
  wind();
  return () => {
    clocked.delete(run);
    wind();
  };
}

function wind() {
  const needed = clocked.size > 0 && !document.hidden;
  if (needed && !timer) timer = setInterval(() => clocked.forEach((run) => run()), 1000);
  if (!needed && timer) timer = clearInterval(timer) || 0;
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) clocked.forEach((run) => run());
  wind();
});
