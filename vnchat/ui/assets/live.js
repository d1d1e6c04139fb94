// The live socket: one a tab, shared by every view. It follows runs by position and hears of changes.
// The other end is vnchat/web/live.py; the words of both are the arrays below. What is drawn is not decided here.

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 10_000;
const ASK_MS = 1000; // without a socket the text is asked for so often

let base = null;
let socket = null;
let wait = FIRST_WAIT_MS;
let failures = 0; // sockets that could not be opened, in a row
let again = 0;
let open = ''; // the conversation this tab shows
let lists = false;
let alias = 0;
const following = new Map(); // alias → {run, text, reasoning, attempt, take}
const listeners = new Map(); // word → set of functions
const unsent = [];

export const here = () => base;
export const connected = () => socket?.readyState === WebSocket.OPEN;

/** Called by every view; the first call opens the socket. */
export function start(at) {
  if (base !== null) return;
  base = at || '';
  connect();
}

export function on(word, run) {
  if (!listeners.has(word)) listeners.set(word, new Set());
  listeners.get(word).add(run);
  return () => listeners.get(word).delete(run);
}

export function show(conversation) {
  open = conversation;
  if (connected()) socket.send(JSON.stringify(['open', conversation]));
}

export function list() {
  lists = true;
  if (connected()) socket.send('["history"]');
}

/** Say something that must arrive (stop, draft, seen …): it waits for the socket if need be. */
export function say(...frame) {
  if (connected()) socket.send(JSON.stringify(frame));
  else unsent.push(frame);
}

/**
 * Follow a run from its beginning. `take` gets {text}, {reasoning}, {view}, {restart} or {message};
 * after a message it is over. Returns what ends the following. With `alias` in the run the server
 * tells of it already, beginning with what has changed since this view of it.
 */
export function follow({ id: run, alias: given, attempt }, take) {
  const one = { run, text: 0, reasoning: 0, attempt: given ? attempt : null, take };
  const name = given || ++alias;
  following.set(name, one);
  if (given) return () => following.delete(name); // the server tells of it already
  if (connected()) name_run(name, one);
  else if (failures > 0) askFor(name, one);
  return () => following.delete(name);
}

/** The finished message of a run, or null. */
export async function whole(run) {
  try {
    const answer = await fetch(`${base}/vnchat/run/${encodeURIComponent(run)}?text=0&reasoning=0`);
    return answer.ok ? (await answer.json()).message : null;
  } catch {
    return null;
  }
}

/** Characters as the server counts them: a pair of surrogates is one. */
export function points(text) {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  return count;
}

const name_run = (name, one) => socket.send(JSON.stringify(['run', name, one.run, one.text, one.reasoning]));

function connect() {
  clearTimeout(again);
  let opened = false;
  const fresh = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${base}/vnchat/live`);
  socket = fresh;
  fresh.onopen = () => {
    opened = true;
    const back = failures > 0 || wait > FIRST_WAIT_MS;
    failures = 0;
    wait = FIRST_WAIT_MS;
    if (lists) fresh.send('["history"]');
    if (open) fresh.send(JSON.stringify(['open', open]));
    for (const [name, one] of following) name_run(name, one);
    for (const frame of unsent.splice(0)) fresh.send(JSON.stringify(frame));
    tell('connected', back);
  };
  fresh.onmessage = (event) => hear(JSON.parse(event.data));
  fresh.onclose = () => {
    if (socket !== fresh) return;
    if (!opened && ++failures === 1) for (const [name, one] of following) askFor(name, one);
    again = setTimeout(connect, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    tell('lost');
  };
}

// Coming back from sleep or another network, nobody waits for the clock.
function hurry() {
  if (base === null || document.hidden) return;
  if (socket && socket.readyState < WebSocket.CLOSING) return;
  wait = FIRST_WAIT_MS;
  connect();
}
addEventListener('online', hurry);
addEventListener('visibilitychange', hurry);

function hear(frame) {
  const [word, what, more] = frame;
  if (word === 'all') return frame.slice(1).forEach(hear); // several in one message
  if (typeof word === 'number') {
    const one = following.get(word);
    if (!one) return;
    if (typeof what === 'string') text(one, what);
    else if (what === null) reasoning(one, more);
    else view(word, one, what);
  } else tell(word, ...frame.slice(1));
}

export function tell(word, ...what) {
  for (const run of listeners.get(word) || []) run(...what);
}

function text(one, grown) {
  one.text += points(grown);
  one.take({ text: grown });
}

function reasoning(one, grown) {
  one.reasoning += points(grown);
  one.take({ reasoning: grown });
}

function view(name, one, fields) {
  const { message, ...rest } = fields;
  if (rest.attempt !== undefined) {
    // A new attempt begins with empty hands.
    if (one.attempt !== null && rest.attempt !== one.attempt) {
      one.text = one.reasoning = 0;
      one.take({ restart: true });
    }
    one.attempt = rest.attempt;
  }
  if (message) following.delete(name);
  one.take({ view: rest });
  if (message) one.take({ message });
}

/** The same by asking, as long as no socket can be had. */
async function askFor(name, one) {
  if (following.get(name) !== one || connected()) return;
  try {
    const answer = await fetch(`${base}/vnchat/run/${encodeURIComponent(one.run)}?text=${one.text}&reasoning=${one.reasoning}`);
    if (answer.ok) {
      const told = await answer.json();
      if (following.get(name) !== one || connected()) return;
      if (told.view) view(name, one, told.view);
      if (told.reasoning) reasoning(one, told.reasoning);
      if (told.text) text(one, told.text);
      if (told.message) view(name, one, { message: told.message });
    }
  } catch {
    // The server is away: asked again below.
  }
  setTimeout(() => askFor(name, one), ASK_MS);
}
