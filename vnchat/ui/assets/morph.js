// Turns one small tree of nodes into another by the fewest changes, so that a selection in the
// growing block stays and the browser lays out only what is new.

/** How many blocks stand together in one part: what grows at the end lays out its own part only. */
const PART = 24;

/** Makes the blocks of `root` from index `from` on equal to `pieces`. Where a block stands depends on its number alone.
 *  The first `skip` pieces are there already. */
export function morphFrom(root, from, pieces, skip = 0) {
  pieces.forEach((piece, i) => {
    if (i < skip) return;
    const { part, slot } = placeOf(root, from + i, true);
    const old = part.childNodes[slot];
    if (old) morph(old, piece);
    else part.append(piece);
  });
  const end = from + pieces.length;
  const parts = Math.ceil(end / PART);
  while (root.childNodes.length > parts) root.lastChild.remove();
  const last = root.lastChild;
  while (last && last.childNodes.length > end - (parts - 1) * PART) last.lastChild.remove();
}

/** The block of that number. */
export function blockAt(root, index) {
  const { part, slot } = placeOf(root, index, false);
  return part?.childNodes[slot];
}

function placeOf(root, index, make) {
  const number = Math.floor(index / PART);
  while (make && root.childNodes.length <= number) {
    const part = document.createElement('div');
    part.className = 'vn-part';
    root.append(part);
  }
  return { part: root.childNodes[number], slot: index % PART };
}

function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    write(old, fresh.data);
    return;
  }
  // A formula is one thing: it is the same or another.
  if (old.dataset.tex !== undefined || fresh.dataset.tex !== undefined) {
    if (!old.isEqualNode(fresh)) old.replaceWith(fresh);
    return;
  }
  attributes(old, fresh);
  morphChildren(old, fresh, 0);
}

/** Makes the children of `old` after the first `kept` equal to those of `fresh`. */
export function morphChildren(old, fresh, kept) {
  let at = old.childNodes[kept] ?? null;
  let next = fresh.firstChild;
  while (next) {
    const following = next.nextSibling;
    if (!at) old.append(next);
    else {
      const after = at.nextSibling;
      morph(at, next);
      at = after;
    }
    next = following;
  }
  while (at) {
    const after = at.nextSibling;
    at.remove();
    at = after;
  }
}

export function write(node, text) {
  if (node.data === text) return;
  if (text.startsWith(node.data)) node.appendData(text.slice(node.data.length));
  else node.data = text;
}

function attributes(old, fresh) {
  for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
}
