// Turns one small tree of nodes into another by the fewest changes, so that a selection in the
// growing block stays and the browser lays out only what is new.

/** Makes the children of `root` from index `from` on equal to `pieces`. */
export function morphFrom(root, from, pieces) {
  for (let i = 0; i < pieces.length; i++) {
    const old = root.childNodes[from + i];
    if (!old) root.append(pieces[i]);
    else morph(old, pieces[i]);
  }
  while (root.childNodes.length > from + pieces.length) root.lastChild.remove();
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
  let at = old.firstChild;
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
