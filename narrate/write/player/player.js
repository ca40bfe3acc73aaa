// The page of one recording: marks what is spoken, and plays what is pointed at.
// It loads nothing, sends nothing, and stores only where a reader stopped and how the page looks.
(() => {
"use strict";

const $ = (id) => document.getElementById(id);
const root = document.documentElement;
const about = JSON.parse($("about").textContent);
const audio = $("audio");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// ---- Storage: a page opened as a file may have none.

const store = {
  read(key, otherwise) {
    try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
  },
  write(key, value) {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* then it is not kept */ }
  },
};
const PLACE = `narrate:${about.key}`;
const LOOK = "narrate:look";

// ---- The timeline: a chapter's cues are unpacked when they are needed first.

const chapters = about.chapters.map(([title, start, first], index) => ({ title, start, first, index, cues: null }));

/** The index of the last item whose `value` is at most `limit`; -1 where there is none. */
function findLast(items, limit, value) {
  let low = 0, high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value(items[middle]) <= limit) low = middle + 1; else high = middle;
  }
  return low - 1;
}

function cuesOf(chapter) {
  if (chapter.cues) return chapter.cues;
  let start = chapter.start;
  chapter.cues = JSON.parse($(`times-${chapter.index}`).textContent).map(([number, gap, length, ...words], index) => {
    start += gap;
    return { number, start, end: start + length, words, chapter, index };
  });
  return chapter.cues;
}

/** The words of a cue: where in its text, and when, in milliseconds. */
function wordsOf(cue) {
  if (cue.times) return cue.times;
  const times = [];
  let place = 0, time = cue.start;
  for (let at = 0; at < cue.words.length; at += 4) {
    const from = place + cue.words[at], start = time + cue.words[at + 2];
    place = from + cue.words[at + 1];
    time = start + cue.words[at + 3];
    times.push({ from, to: place, start, end: time });
  }
  return (cue.times = times);
}

const chapterAt = (ms) => chapters[Math.max(0, findLast(chapters, ms, (c) => c.start))];

/** The cue that is spoken at `ms`, or was spoken last. */
function cueAt(ms) {
  for (let index = chapterAt(ms).index; index >= 0; index--) {
    const cues = cuesOf(chapters[index]);
    const at = findLast(cues, ms, (cue) => cue.start);
    if (at >= 0) return cues[at];
  }
  const spoken = chapters.find((chapter) => chapter.first !== null);
  return spoken ? cuesOf(spoken)[0] : null;
}

function neighbour(cue, step) {
  let { index, chapter } = cue;
  index += step;
  while (chapter && !cuesOf(chapter)[index]) {
    chapter = chapters[chapter.index + step];
    if (chapter) index = step > 0 ? 0 : cuesOf(chapter).length - 1;
  }
  return chapter ? cuesOf(chapter)[index] : null;
}

function cueOf(element) {
  const number = Number(element.id.slice(1));
  const spoken = chapters.filter((c) => c.first !== null);
  const chapter = spoken[findLast(spoken, number, (c) => c.first)];
  return chapter && cuesOf(chapter).find((cue) => cue.number === number);
}

const elementOf = (cue) => $(`u${String(cue.number).padStart(4, "0")}`);
const BLOCK = "p, h1, h2, h3, h4, h5, h6, pre, tr, li";
const blockOf = (cue) => elementOf(cue)?.closest(BLOCK) ?? null;

// ---- The marks. No text is touched: words are ranges, so a screen reader hears no change.

const light = window.Highlight && CSS.highlights ? new Highlight() : null;
if (light) CSS.highlights.set("word", light);
let shown = null;      // the cue that is marked
let shownWord = -1;    // and the index of its word
let pieces = [];       // the text nodes of its element, with their places

function textNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT,
    (node) => (node.parentElement.closest(".ref") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
  const found = [];
  for (let place = 0; walker.nextNode(); place += walker.currentNode.length) found.push({ node: walker.currentNode, place });
  return found;
}

function rangeOf(from, to) {
  const first = pieces[findLast(pieces, from, (piece) => piece.place)];
  const last = pieces[findLast(pieces, to - 1, (piece) => piece.place)];
  if (!first || !last) return null;
  const range = new Range();
  range.setStart(first.node, Math.min(from - first.place, first.node.length));
  range.setEnd(last.node, Math.min(to - last.place, last.node.length));
  return range;
}

function showCue(cue) {
  if (cue === shown) return;
  if (shown) elementOf(shown)?.classList.remove("now");
  light?.clear();
  shown = cue;
  shownWord = -1;
  pieces = [];
  const element = cue && elementOf(cue);
  if (!element) return;
  element.classList.add("now");
  pieces = textNodes(element);
  if (settings.follow && following) bringIntoView(element);
}

function showWord(ms) {
  if (!shown || !light) return;
  const words = wordsOf(shown);
  let index = findLast(words, ms, (word) => word.start);
  if (index >= 0 && ms >= words[index].end) index = -1;
  if (index === shownWord) return;
  shownWord = index;
  light.clear();
  const marked = settings.mark === "both" || settings.mark === "word";
  const range = index >= 0 && marked ? rangeOf(words[index].from, words[index].to) : null;
  if (range) light.add(range);
}

// ---- Keeping the place in view, without fighting a reader who looks elsewhere.

let following = true;

function lowest() {
  const bar = $("player");
  return getComputedStyle(bar).position === "fixed" ? innerHeight - bar.offsetHeight : innerHeight;
}

function bringIntoView(element, smooth = true) {
  const box = element.getBoundingClientRect(), room = lowest();
  if (box.top >= room * 0.1 && box.bottom <= room * 0.72) return;
  const top = scrollY + box.top - room * 0.26;
  scrollTo({ top, behavior: smooth && !calm.matches ? "smooth" : "instant" });
}

function isInView(element) {
  const box = element.getBoundingClientRect();
  return box.bottom > 0 && box.top < lowest();
}

function leave() {
  following = false;
  requestAnimationFrame(offerWayBack);
}

function offerWayBack() {
  const element = shown && elementOf(shown);
  if (!following && element && isInView(element)) following = true;
  const away = !following && element && settings.follow && !audio.paused;
  if ($("follow").hidden === Boolean(away)) {
    if (!away && document.activeElement === $("follow")) $("play").focus();
    $("follow").hidden = !away;
  }
}

function comeBack() {
  following = true;
  if (shown) bringIntoView(elementOf(shown));
  offerWayBack();
}

addEventListener("wheel", leave, { passive: true });
addEventListener("touchmove", leave, { passive: true });
addEventListener("scrollend", () => { if (!following) offerWayBack(); });
addEventListener("pointerdown", (event) => { if (event.target === root) leave(); });
$("follow").addEventListener("click", () => { comeBack(); $("play").focus(); });

// ---- Time.

const milliseconds = () => Math.round(audio.currentTime * 1000);

function clock(ms) {
  const seconds = Math.floor(ms / 1000), two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function inWords(ms) {
  const seconds = Math.floor(ms / 1000);
  const parts = [[Math.floor(seconds / 3600), "hour"], [Math.floor(seconds / 60) % 60, "minute"], [seconds % 60, "second"]];
  const said = parts.filter(([n]) => n).map(([n, unit]) => `${n} ${unit}${n === 1 ? "" : "s"}`);
  return said.join(" ") || "0 seconds";
}

let shownSecond = -1, shownChapter = null;

function showTime(ms) {
  const second = Math.floor(ms / 1000);
  if (second === shownSecond) return;
  shownSecond = second;
  $("now").textContent = clock(ms);
  $("left").textContent = `−${clock(Math.max(0, about.length - ms))}`;
  $("player").style.setProperty("--done", `${Math.min(100, (100 * ms) / about.length)}%`);
  // A screen reader tells every change of a slider that has the focus: only the reader changes it.
  if (document.activeElement !== $("seek")) showSeek(ms);
  const chapter = chapterAt(ms);
  if (chapter === shownChapter) return;
  shownChapter = chapter;
  $("chapter").textContent = chapter.title;
  for (const link of chapterLinks) link.removeAttribute("aria-current");
  chapterLinks[chapter.index]?.setAttribute("aria-current", "true");
}

function showSeek(ms) {
  $("seek").value = Math.floor(ms / 1000);
  $("seek").setAttribute("aria-valuetext", `${inWords(ms)} of ${inWords(about.length)}, ${chapterAt(ms).title}`);
}

function show() {
  const ms = milliseconds();
  if (!shown || ms < shown.start || ms >= (shown.next ??= neighbour(shown, 1)?.start ?? Infinity)) showCue(cueAt(ms));
  showWord(ms);
  showTime(ms);
}

function tick() {
  show();
  if (!audio.paused && !audio.ended) requestAnimationFrame(tick);
}

function seekTo(ms) {
  audio.currentTime = Math.min(Math.max(0, ms), about.length) / 1000 + 0.001;
  show();
}

function playFrom(cue) {
  following = true;
  seekTo(cue.start);
  play();
}

function play() {
  audio.play().catch((error) => { if (error.name !== "AbortError") trouble(); });
}

const toggle = () => (audio.paused ? play() : audio.pause());

function trouble() {
  $("trouble").textContent = `The sound cannot be played: ${about.audio} is to stand beside this page.`;
}

function moveSentence(step) {
  const ms = milliseconds(), cue = shown ?? cueAt(ms);
  if (!cue) return;
  const again = step < 0 && ms - cue.start > 1500;
  following = true;
  seekTo((again ? cue : neighbour(cue, step) ?? cue).start);
}

function moveParagraph(step) {
  const ms = milliseconds();
  let cue = shown ?? cueAt(ms);
  if (!cue) return;
  const firstOf = (one) => {
    for (let before = neighbour(one, -1); before && blockOf(before) === blockOf(one); before = neighbour(one, -1)) one = before;
    return one;
  };
  if (step < 0) {
    const first = firstOf(cue);
    const before = ms - first.start > 1500 ? first : neighbour(first, -1);
    cue = before ? firstOf(before) : first;
  } else {
    let next = neighbour(cue, 1);
    while (next && blockOf(next) === blockOf(cue)) next = neighbour(next, 1);
    cue = next ?? cue;
  }
  following = true;
  seekTo(cue.start);
}

function setSpeed(speed) {
  const options = [...$("speed").options].map((option) => Number(option.value));
  const nearest = options.reduce((a, b) => (Math.abs(b - speed) < Math.abs(a - speed) ? b : a));
  audio.preservesPitch = true;
  audio.defaultPlaybackRate = audio.playbackRate = nearest;
  $("speed").value = String(nearest);
  settings.speed = nearest;
  store.write(LOOK, settings);
}

function stepSpeed(step) {
  const select = $("speed");
  const index = Math.min(select.options.length - 1, Math.max(0, select.selectedIndex + step));
  setSpeed(Number(select.options[index].value));
}

// ---- The audio element, and the keys of headphones and keyboards.

let saved = 0;

function save() {
  const ms = milliseconds();
  store.write(PLACE, audio.ended || ms > about.length - 2000 ? 0 : ms);
  saved = ms;
}

function showPlaying() {
  const label = audio.paused ? "Play" : "Pause";
  $("play").setAttribute("aria-label", label);
  $("play").title = label;
  $("play-icon").setAttribute("href", audio.paused ? "#i-play" : "#i-pause");
  if ("mediaSession" in navigator) navigator.mediaSession.playbackState = audio.paused ? "paused" : "playing";
  offerWayBack();
}

audio.addEventListener("play", () => { $("trouble").textContent = ""; showPlaying(); requestAnimationFrame(tick); });
audio.addEventListener("pause", () => { showPlaying(); show(); save(); });
audio.addEventListener("ended", () => { showPlaying(); save(); });
audio.addEventListener("seeked", show);
audio.addEventListener("error", trouble);
audio.addEventListener("timeupdate", () => {
  if (document.hidden) show();  // no frames are drawn then
  if (Math.abs(milliseconds() - saved) > 5000) save();
});
addEventListener("pagehide", () => { if (milliseconds()) save(); });

function takeMediaKeys() {
  if (!("mediaSession" in navigator)) return;
  navigator.mediaSession.metadata = new MediaMetadata({ title: about.title, artist: about.artist, album: about.album });
  const actions = {
    play, pause: () => audio.pause(),
    seekbackward: () => moveSentence(-1), seekforward: () => moveSentence(1),
    previoustrack: () => moveParagraph(-1), nexttrack: () => moveParagraph(1),
    seekto: (details) => seekTo(details.seekTime * 1000),
  };
  for (const [name, action] of Object.entries(actions)) {
    try { navigator.mediaSession.setActionHandler(name, action); } catch { /* not known to this browser */ }
  }
}

// ---- The text: one tab stop. Arrow keys move from sentence to sentence, Tab to the links beside.

const article = $("text"), head = $("head");
const UNIT = ".u[id], .o[id]";
let units = null;
let unit = null;

function allUnits() {
  units ??= [...document.querySelectorAll(`:is(#head, #text) :is(${UNIT})`)].filter((e) => !e.parentElement.closest(UNIT));
  return units;
}

function focusUnit(element) {
  if (!element) return;
  if (unit && unit !== element) { unit.removeAttribute("tabindex"); setLinks(unit, false); }
  unit = element;
  element.tabIndex = -1;
  setLinks(element, true);
  element.focus({ preventScroll: true });
  bringIntoView(element, false);
  leave();
}

function setLinks(element, reachable) {
  for (const link of element.closest(BLOCK)?.querySelectorAll("a[href]") ?? []) {
    if (reachable || settings.links) link.removeAttribute("tabindex"); else link.tabIndex = -1;
  }
}

function setAllLinks() {
  for (const link of article.querySelectorAll("a[href]")) {
    if (settings.links) link.removeAttribute("tabindex"); else link.tabIndex = -1;
  }
  if (unit) setLinks(unit, true);
}

function startUnit() {
  if (unit) return unit;
  const now = shown && elementOf(shown);
  return now && isInView(now) ? now : allUnits().find((element) => element.getBoundingClientRect().bottom > 0);
}

function moveUnit(key) {
  const all = allUnits();
  if (key === "Home") return focusUnit(all[0]);
  if (key === "End") return focusUnit(all.at(-1));
  const here = document.activeElement.closest(UNIT);
  if (!here) return focusUnit(startUnit());
  const at = all.indexOf(here);
  if (at >= 0) focusUnit(all[at + (key === "ArrowDown" ? 1 : -1)]);
}

/** Plays from `element`, or from what is spoken next behind it. */
function playUnit(element) {
  const all = allUnits();
  let target = element;
  if (!target.matches(".u")) {
    const at = all.indexOf(element);
    target = all.slice(at + 1).find((other) => other.matches(".u"));
  }
  const cue = target && cueOf(target);
  if (cue) playFrom(cue);
}

function atText(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
  if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) { moveUnit(event.key); return true; }
  if (event.key === "Escape") { $("play").focus(); return true; }
  if (event.key === "Enter" && !event.target.closest("a")) {
    const here = event.target.closest(UNIT) ?? startUnit();
    if (here) playUnit(here);
    return true;
  }
  return false;
}

function pointAt(event) {
  if (event.target.closest("a, button") || !getSelection().isCollapsed) return;
  const element = event.target.closest(UNIT);
  if (element) playUnit(element.parentElement.closest(UNIT) ?? element);
}

for (const place of [article, head]) {
  place.addEventListener("click", pointAt);
  place.addEventListener("keydown", (event) => { if (atText(event)) { event.preventDefault(); event.stopPropagation(); } });
}

// Links to a place in the text bring the focus along.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const target = link && $(decodeURIComponent(link.hash.slice(1)));
  if (!target) return;
  if (target.matches(UNIT)) { event.preventDefault(); focusUnit(target); }
  else if (target.id === "player") { event.preventDefault(); $("play").focus(); }
});

// ---- Chapters: a list with one tab stop, beside the text or over it.

const nav = $("chapters");
const chapterLinks = nav ? [...nav.querySelectorAll("a")] : [];
const wide = matchMedia("(min-width: 74rem)");

function setTabStop(links, chosen) {
  for (const link of links) link.tabIndex = link === chosen ? 0 : -1;
}

/** Makes a list of links one tab stop, in which arrow keys move. */
function rove(list, links) {
  setTabStop(links, links[0]);
  list.addEventListener("keydown", (event) => {
    const at = links.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const link = links[Math.min(Math.max(to, 0), links.length - 1)];
    setTabStop(links, link);
    link.focus();
  });
}

function placeChapters() {
  if (!nav || !nav.showPopover) return;
  const over = !wide.matches;
  if (over) nav.setAttribute("popover", "auto"); else nav.removeAttribute("popover");
  $("open-chapters").hidden = !over;
}

function openChapters() {
  if (!nav) return;
  if (nav.hasAttribute("popover")) nav.showPopover();
  const link = chapterLinks[chapterAt(milliseconds()).index] ?? chapterLinks[0];
  setTabStop(chapterLinks, link);
  link.focus();
}

if (nav) {
  rove(nav, chapterLinks);
  nav.addEventListener("click", (event) => {
    const index = chapterLinks.indexOf(event.target.closest("a"));
    if (index < 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (nav.matches("[popover]:popover-open")) { nav.hidePopover(); $("play").focus(); }
    following = true;
    seekTo(cuesOf(chapters[index])[0]?.start ?? chapters[index].start);
    if (shown) bringIntoView(elementOf(shown));
    play();
  });
  nav.addEventListener("toggle", (event) => {
    $("open-chapters").setAttribute("aria-expanded", String(event.newState === "open"));
  });
  $("open-chapters").setAttribute("aria-expanded", "false");
  $("open-chapters").setAttribute("aria-controls", "chapters");
  $("open-chapters").addEventListener("click", openChapters);
  wide.addEventListener("change", placeChapters);
}

const receipt = document.querySelector(".receipt");
const left = [...receipt.querySelectorAll("a")];
if (left.length) rove(receipt, left);

// ---- The position.

function moveOnSeek(event) {
  const ms = milliseconds(), index = chapterAt(ms).index;
  const to = {
    ArrowRight: ms + 5000, ArrowUp: ms + 5000, ArrowLeft: ms - 5000, ArrowDown: ms - 5000,
    PageUp: chapters[index + 1]?.start ?? ms,
    PageDown: ms - chapters[index].start > 1500 ? chapters[index].start : chapters[Math.max(0, index - 1)].start,
    Home: 0, End: about.length,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  following = true;
  seekTo(to);
  showSeek(Math.min(Math.max(0, to), about.length));
}

$("seek").addEventListener("keydown", moveOnSeek);
$("seek").addEventListener("input", () => { following = true; seekTo(Number($("seek").value) * 1000); showSeek(milliseconds()); });
$("seek").addEventListener("blur", () => showSeek(milliseconds()));

// ---- Look and behaviour.

const AT_FIRST = { theme: "auto", face: "serif", size: "100", leading: "1.65", spacing: "0", mark: "both", follow: true, letters: true, links: false, speed: 1 };
const settings = { ...AT_FIRST, ...store.read(LOOK, {}) };
const look = $("look").querySelector("form");

function applySettings() {
  root.dataset.theme = settings.theme;
  root.dataset.face = settings.face;
  root.dataset.mark = settings.mark;
  root.style.setProperty("--scale", settings.size / 100);
  root.style.setProperty("--leading", settings.leading);
  root.style.setProperty("--spacing", settings.spacing / 100);
  for (const [name, value] of Object.entries(settings)) {
    const control = look.elements[name];
    if (!control) continue;
    if (control.type === "checkbox") control.checked = value; else control.value = value;
  }
  $("letters-too").checked = settings.letters;
  $("size-value").textContent = `${settings.size} %`;
  $("leading-value").textContent = settings.leading;
  $("spacing-value").textContent = `${settings.spacing} %`;
  setAllLinks();
  shownWord = -2;
  store.write(LOOK, settings);
}

function changeSetting(event) {
  const { name, type, checked, value } = event.target;
  if (!(name in AT_FIRST)) return;
  settings[name] = type === "checkbox" ? checked : value;
  applySettings();
}

look.addEventListener("input", changeSetting);
$("letters-too").addEventListener("change", (event) => { settings.letters = event.target.checked; applySettings(); });
$("reset").addEventListener("click", () => { Object.assign(settings, AT_FIRST); applySettings(); setSpeed(1); });

function open(dialog) {
  if (!document.querySelector("dialog[open]")) dialog.showModal();
}
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
$("open-look").addEventListener("click", () => open($("look")));
$("open-keys").addEventListener("click", () => open($("keys")));

// ---- Buttons and keys.

$("play").addEventListener("click", toggle);
$("back").addEventListener("click", () => moveSentence(-1));
$("on").addEventListener("click", () => moveSentence(1));
$("back2").addEventListener("click", () => moveParagraph(-1));
$("on2").addEventListener("click", () => moveParagraph(1));
$("speed").addEventListener("change", () => setSpeed(Number($("speed").value)));

const LETTERS = {
  k: toggle, j: () => moveSentence(-1), l: () => moveSentence(1), u: () => moveParagraph(-1), o: () => moveParagraph(1),
  s: () => stepSpeed(-1), d: () => stepSpeed(1), f: comeBack, c: openChapters,
  t: () => open($("look")), "?": () => open($("keys")),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  const control = event.target.closest("button, a, input, select, summary");
  if (["PageDown", "PageUp"].includes(event.key) && !control) leave();
  let action = null;
  if (event.key === " ") action = control ? null : toggle;
  else if (settings.letters && !(control && control.matches("select"))) action = LETTERS[event.key.toLowerCase()] ?? null;
  if (action) { event.preventDefault(); action(); }
});

// ---- Begin.

root.dataset.scripted = "";
$("plain").hidden = true;
audio.controls = false;
for (const element of document.querySelectorAll("[data-scripted][hidden]")) element.hidden = false;
article.tabIndex = 0;
article.setAttribute("aria-describedby", "text-help");
placeChapters();
applySettings();
setSpeed(Number(settings.speed) || 1);
takeMediaKeys();

function resume() {
  const named = location.hash.startsWith("#u") && $(location.hash.slice(1));
  const cue = named && cueOf(named);
  const ms = cue ? cue.start : Number(store.read(PLACE, 0)) || 0;
  saved = ms;
  if (ms > 0) {
    seekTo(ms);
    if (shown) bringIntoView(elementOf(shown), false);
  } else {
    showTime(0);
  }
}
if (audio.readyState >= 1) resume(); else audio.addEventListener("loadedmetadata", resume, { once: true });
showTime(0);
})();
