// The start, the places, and the head of the app: the state of the line and what is unsent, always in sight, calmly.

import { announce, byId, go, h, here, icon, load, t } from './dom.js';
import * as keys from './keys.js';
import { line, remember } from './net.js';
import * as outbox from './outbox.js';
import * as pack from './pack.js';
import * as store from './store.js';
import * as sync from './sync.js';
import * as day from './views/day.js';
import * as doors from './views/doors.js';
import { find } from './views/find.js';
import * as form from './views/form.js';
import * as houses from './views/house.js';
import * as mine from './views/mine.js';
import * as workshops from './views/workshops.js';

const CHAT = /\bZalo\b|FBAN|FBAV|FB_IAB|Instagram|MicroMessenger|\bLine\//i;
/** place -> view; its arguments are what follows in the address */
const PLACES = {
  today: day.today, search: find, house: houses.house, person: houses.person, task: day.task, skip: day.skip, draft: form.draft, file: form.file,
  outbox: mine.outbox, op: mine.op, receipt: mine.receipt, 'hand-in': mine.handIn, more: mine.more, cards: mine.cards, card: mine.card, workshops: workshops.workshops,
  workshop: workshops.workshop, settings: mine.settings, 'new-pin': mine.newPin, difficulty: aDifficulty, training: doors.training, fetch: doors.fetchFirst, expired: expiredView,
};
const TABS = [['today', 'home'], ['search', 'search'], ['outbox', 'send'], ['more', 'menu']];
let drawn = 0;

/** A difficulty without a house: at a place of one's village. */
async function aDifficulty() {
  const villages = pack.pack.rest?.villages || [];
  if (villages.length < 2) { await houses.begin('difficulty', { village: villages[0]?.id }); return null; }
  return { title: t('difficulty'), back: 'history', body: [h('p', null, t('difficulty_where')), h('ul', { class: 'rows' }, villages.map((one) => h('li', null,
    h('button', { type: 'button', class: 'row-button', onclick: () => houses.begin('difficulty', { village: one.id }) }, h('b', null, one.name)))))] };
}

/** Which view stands at this address now; whoever is not enrolled or locked out is led there first. */
async function viewNow() {
  const [place = '', ...args] = here();
  const device = await store.get('kv', 'device');
  if (place.startsWith('enrol')) return doors.code();
  if (place === 'pin') return doors.pin();
  if (place === 'fetch' && (!device || keys.session)) return doors.fetchFirst();
  if (place === 'wiped') return doors.wiped();
  if (!device) { if ((await outbox.standing()).unsent) return doors.wiped(); go('enrol', true); return null; }
  if (!keys.session) return doors.lock(opened);
  if (sync.trouble.kind === 'revoked' && !['outbox', 'op'].includes(place)) return revokedView();
  const view = PLACES[place];
  if (!view) { go('today', true); return null; }
  return view(...args);
}

async function draw() {
  const mine = ++drawn;
  form.stopped();
  let view;
  try { view = await viewNow(); } catch (error) {
    if (!(error instanceof store.StoreBroken)) throw error;
    view = brokenStore(error);
  }
  if (!view || mine !== drawn) return; // another place was asked for meanwhile
  byId('title').textContent = view.title;
  document.title = `${view.title} – ${t('app_name')}`;
  const main = byId('main');
  main.replaceChildren(h('div', { class: 'wrap' }, view.body));
  drawBack(view.back);
  const nav = byId('nav');
  nav.hidden = view.nav === false || !keys.session;
  const [place] = here();
  for (const tab of nav.querySelectorAll('a')) {
    if (tab.hash === `#${place}`) tab.setAttribute('aria-current', 'page'); else tab.removeAttribute('aria-current');
  }
  scrollTo(0, 0);
  const focus = view.focus && main.querySelector(view.focus);
  (focus || byId('title')).focus({ preventScroll: true });
  drawLine();
}

function drawBack(back) {
  const place = byId('back');
  place.hidden = !back;
  place.onclick = () => {
    if (typeof back === 'function') back();
    else if (back === 'history' && history.length > 1) history.back();
    else location.hash = back === 'history' ? 'today' : back;
  };
}

/** The state of the line in words, and how much is unsent. */
async function drawLine() {
  const shapes = { online: '●', offline: '‖', portal: '▲', trouble: '▲', unknown: '○' };
  const words = keys.session || line.state !== 'unknown' ? t(`line_${line.state}`) : '';
  const { unsent } = await outbox.standing().catch(() => ({ unsent: 0 }));
  byId('line').hidden = !words && !unsent;
  byId('line').replaceChildren(...[words && h('span', { class: `dot ${line.state}`, 'aria-hidden': 'true' }, shapes[line.state]), h('span', null, ` ${words}`),
    h('b', null, unsent ? ` ${words ? '· ' : ''}${t('unsent_n', { n: unsent })}` : '')].filter(Boolean));
  const badge = document.querySelector('#nav [href="#outbox"] .count');
  if (badge) { badge.textContent = unsent ? String(unsent) : ''; badge.hidden = !unsent; }
}

function drawNav() {
  byId('nav').replaceChildren(h('ul', null, TABS.map(([place, sign]) => h('li', null, h('a', { href: `#${place}` }, icon(sign), h('span', null, t(`tab_${place}`)),
    place === 'outbox' && h('span', { class: 'count', hidden: true }))))));
}

/** The PIN was right. */
async function opened() {
  if (await pack.expired()) { await sync.talk({ asked: true }); }
  const there = await pack.open();
  if (await store.get('kv', 'revoked')) sync.trouble.kind = 'revoked';
  const [place] = here();
  if (!there && !(await store.get('kv', 'revoked'))) go('expired', true);
  else if (!place || place === 'expired') go('today', true);
  else draw();
  outbox.tidy();
  sync.talk();
}

function expiredView() {
  const again = async () => {
    const told = await sync.talk({ asked: true });
    if (pack.pack.rest) { go('today', true); return; }
    announce(told && told.why ? t(`line_${told.why}`) : t('fetch_no_line'));
  };
  return { title: t('expired_title'), nav: false, body: [h('p', { class: 'large' }, t('expired')), h('div', { class: 'actions' }, h('button', { type: 'button', class: 'button', onclick: again }, t('try_again'))),
    doors.exportButton()] };
}

async function revokedView() {
  const { unsent } = await outbox.standing();
  return { title: t('revoked_title'), nav: false, body: [h('p', { class: 'large' }, sync.trouble.message || t('revoked')), h('p', null, t(unsent ? 'revoked_unsent' : 'revoked_sent', { n: unsent })),
    h('div', { class: 'actions' }, unsent ? h('button', { type: 'button', class: 'button', onclick: async () => { await mine.sendNow(); draw(); } }, t('send_now')) : null, unsent ? doors.exportButton() : null,
      h('a', { class: 'button second', href: '#enrol' }, t('enrol_again')))] };
}

/** The store did not open: a reload helps most phones; then the person is told, with the way to save the work. */
function brokenStore(error) {
  if (!sessionStorage.getItem('reloaded')) { sessionStorage.setItem('reloaded', '1'); location.reload(); return null; }
  return doors.broken(error.message);
}

/** What changed in the background: only the head is drawn anew, nothing moves while one reads. */
function heard(what) {
  drawLine();
  const [place] = here();
  if (what === 'revoked' || what === 'wiped') { go(what === 'wiped' ? 'wiped' : 'today', true); return; }
  if ((what === 'pack' && place === 'today') || (what === 'outbox' && place === 'outbox') || (what === 'trouble' && place === 'today')) draw();
}

/** A new version waits until nobody fills a form, and is taken at the next start. */
async function worker() {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.register('/field/sw.js', { scope: '/field/' });
  if (registration.waiting && !here().includes('draft')) registration.waiting.postMessage('take');
}

async function start() {
  document.documentElement.dataset.text = localStorage.getItem('field-text') || '1';
  document.documentElement.dataset.sun = localStorage.getItem('field-sun') || '';
  await load();
  byId('nav').setAttribute('aria-label', t('nav'));
  byId('back').replaceChildren(icon('back'), h('span', { class: 'unseen' }, t('back')));
  drawNav();
  if (CHAT.test(navigator.userAgent)) { show(doors.inApp()); return; }
  if (!window.isSecureContext || !self.crypto?.subtle || !self.indexedDB) { show(doors.tooOld()); return; }
  addEventListener('hashchange', draw);
  keys.watch();
  keys.whenLocked(() => { pack.forget(); store.tell('locked'); draw(); });
  store.listen((what) => { if (what === 'locked') keys.lock(); else if (what === 'pack' && keys.session) pack.open().then(() => heard(what)); else heard(what); });
  await remember().catch(() => {});
  await draw();
  const ready = Math.round(performance.now());
  document.documentElement.dataset.ready = String(ready);
  store.database().then(() => sessionStorage.removeItem('reloaded'), () => {});
  sync.start(heard, ready);
  worker().catch(() => {}); // without a worker the app works while its page is open
}

function show(view) {
  byId('title').textContent = view.title;
  byId('main').replaceChildren(h('div', { class: 'wrap' }, view.body));
  byId('line').replaceChildren();
  document.documentElement.dataset.ready = '1';
}

start().catch((error) => { byId('main').textContent = String(error.message || error); throw error; });

