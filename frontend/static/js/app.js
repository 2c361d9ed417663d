// What a page gains where scripts run. Everything here has a plain form or link below it that works without.

const csrf = document.querySelector('meta[name="csrf"]');
document.addEventListener('htmx:configRequest', (event) => {
  if (csrf && event.detail.verb !== 'get') event.detail.headers[csrf.dataset.header] = csrf.content;
});

function toast(text, tone = 'good') {
  let box = document.querySelector('.toasts');
  if (!box) {
    box = document.createElement('div');
    box.className = 'toasts';
    box.setAttribute('role', tone === 'bad' ? 'alert' : 'status');
    document.body.append(box);
  }
  const note = document.createElement('div');
  note.className = `notice tone-${tone}`;
  note.textContent = text;
  box.append(note);
  setTimeout(() => note.remove(), 6000);
}

// an answer may carry  HX-Trigger: {"toast": "Saved."}
document.addEventListener('toast', (event) => toast(event.detail.value ?? String(event.detail)));
document.addEventListener('htmx:responseError', (event) =>
  toast(`The server answered ${event.detail.xhr.status}. Nothing was changed; try again.`, 'bad'));
document.addEventListener('htmx:sendError', () => toast('The server could not be reached. Try again.', 'bad'));
document.addEventListener('htmx:timeout', () => toast('The server took too long to answer. Try again.', 'bad'));

function showCopyButtons(root) {
  root.querySelectorAll('[data-copy][hidden]').forEach((button) => { button.hidden = false; });
}
showCopyButtons(document);
document.addEventListener('htmx:load', (event) => showCopyButtons(event.detail.elt));

// a table that fits keeps its head in sight; one that is too wide scrolls in its box, by keyboard too
const boxes = new ResizeObserver((entries) => entries.forEach(({ target }) => {
  const box = target.closest('.table-box');
  if (!box) return;
  const fits = box.scrollWidth <= box.clientWidth;
  box.classList.toggle('fits', fits);
  if (fits) box.removeAttribute('tabindex'); else box.tabIndex = 0;
}));
function watchTables(root) {
  root.querySelectorAll('.table-box, .table-box > .table').forEach((part) => boxes.observe(part));
}
watchTables(document);
document.addEventListener('htmx:load', (event) => watchTables(event.detail.elt.parentElement ?? event.detail.elt));

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const label = button.querySelector('span');
  try {
    await navigator.clipboard.writeText(button.parentElement.querySelector('code').textContent);
    button.classList.add('copied');
    if (label) label.textContent = 'Copied';
  } catch {
    if (label) label.textContent = 'Select and copy by hand';
  }
  setTimeout(() => {
    button.classList.remove('copied');
    if (label) label.textContent = 'Copy';
  }, 2000);
});

// menus close when the reader turns elsewhere
document.addEventListener('click', (event) => {
  document.querySelectorAll('details.menu[open]').forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  document.querySelectorAll('details.menu[open]').forEach((menu) => {
    menu.open = false;
    menu.querySelector('summary').focus();
  });
});

// the theme changes in place; the cookie makes the server send it from then on
document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-theme-form]') || !event.submitter) return;
  event.preventDefault();
  const to = event.submitter.value;
  const system = to === 'system';
  document.cookie = `theme=${system ? '' : to}; path=/; max-age=${system ? 0 : 31536000}; samesite=lax`;
  if (system) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = to;
  document.querySelector('meta[name="color-scheme"]').content = system ? 'light dark' : to;
  event.target.querySelectorAll('[aria-current]').forEach((chosen) => chosen.removeAttribute('aria-current'));
  event.submitter.setAttribute('aria-current', 'true');
  event.submitter.closest('details')?.removeAttribute('open');
});

// a button that writes its value into a field, as the models that a look at a server found
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-fill]');
  const field = button && document.getElementById(button.dataset.fill);
  if (!field) return;
  field.value = button.dataset.value;
  field.focus();
});
