// The catalogue of strings, one JSON file a language, shared with the server.

const loaded = new Map();
let words = {};
let language = 'en';

export function load(base, lang) {
  const wanted = lang || 'en';
  if (!loaded.has(wanted)) loaded.set(wanted, ask(base, wanted));
  return loaded.get(wanted).then((found) => {
    words = found;
    language = wanted;
  });
}

async function ask(base, lang) {
  try {
    const answer = await fetch(`${base}/vnchat/words/${encodeURIComponent(lang)}.json`);
    if (answer.ok) return await answer.json();
  } catch {
    // Without words the page still shows what was said; the next mount asks again.
  }
  loaded.delete(lang);
  return {};
}

export const lang = () => language;
export const has = (key) => key in words;

/** The sentence under `key` with its {fields}; `key.one` if there is one and `n` is 1. */
export function t(key, fields = {}) {
  const sentence = (fields.n === 1 && words[`${key}.one`]) || words[key];
  if (sentence === undefined) return key.split('.').pop().replaceAll('_', ' ');
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
}
