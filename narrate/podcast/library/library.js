// The library: one player for all episodes, and a search through all that is said.
// It loads nothing but the audio asked for, sends nothing, and stores only places, speed and look.
(() => {
"use strict";

const $ = (id) => document.getElementById(id);
const root = document.documentElement;
const audio = $("audio"), list = $("list"), query = $("query");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const episodes = [...list.children];

// ---- Storage: a page opened as a file may have none. The look is that of the player page.

const store = {
  read(key, otherwise) {
    try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
  },
  write(key, value) {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* then it is not kept */ }
  },
};
const LOOK = "narrate:look";
const look = store.read(LOOK, {});
if (look.theme) root.dataset.theme = look.theme;
if (look.face) root.dataset.face = look.face;

// ---- An episode, as its list item tells.

const idOf = (episode) => episode.id.slice(2);
const lengthOf = (episode) => Number(episode.dataset.length);
const titleOf = (episode) => episode.querySelector("h3 a").textContent;
const placeKey = (episode) => `narrate:place:${idOf(episode)}:${episode.dataset.length}`;

/** The index of the last item whose `value` is at most `limit`; -1 where there is none. */
function findLast(items, limit, value) {
  let low = 0, high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value(items[middle]) <= limit) low = middle + 1; else high = middle;
  }
  return low - 1;
}

const unpacked = new Map();

/** The sentences of an episode: number of the utterance, start in milliseconds, text. */
function sentencesOf(episode) {
  const id = idOf(episode);
  if (unpacked.has(id)) return unpacked.get(id);
  const values = JSON.parse($(`w-${id}`)?.textContent ?? "[]"), sentences = [];
  for (let at = 0, start = 0; at < values.length; at += 3) {
    start += values[at + 1];
    sentences.push({ number: values[at], start, text: values[at + 2], folded: null });
  }
  unpacked.set(id, sentences);
  return sentences;
}

const anchorOf = (sentence) => `#u${String(sentence.number).padStart(4, "0")}`;

// ---- Time.

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

const milliseconds = () => Math.round(audio.currentTime * 1000);

// ---- Playing.

let current = null;    // the episode that is in the player
let wanted = null;     // where to begin, until the audio is there
let sentence = null;   // what is spoken
let shownSecond = -1;

function load(episode) {
  if (current) save();
  current?.classList.remove("current");
  current = episode;
  episode.classList.add("current");
  sentence = null;
  shownSecond = -1;
  audio.src = episode.dataset.audio;
  audio.playbackRate = audio.defaultPlaybackRate = Number($("speed").value);
  $("player").hidden = $("skip-player").hidden = false;
  root.dataset.playing = "";
  const cover = episode.querySelector("img.cover");
  $("thumb").hidden = !cover;
  if (cover) $("thumb").src = cover.getAttribute("src");
  $("name").textContent = titleOf(episode);
  $("name").href = `#${episode.id}`;
  $("read").hidden = !episode.dataset.page;
  $("read").href = episode.dataset.page;
  $("seek").max = Math.floor(lengthOf(episode) / 1000);
  $("said").textContent = "";
  tellSystem(episode, cover);
}

/** Plays `episode` from `ms`, or from where it was left. */
function playFrom(episode, ms = null) {
  $("trouble").textContent = "";
  if (episode !== current) {
    load(episode);
    wanted = ms ?? store.read(placeKey(episode), 0);
  } else if (ms !== null) {
    wanted = ms;
  }
  if (audio.readyState >= 1) begin();
  play();
}

function begin() {
  if (wanted !== null) seekTo(wanted);
  wanted = null;
}

function play() {
  audio.play().catch((error) => { if (error.name !== "AbortError") trouble(); });
}

const toggle = () => (audio.paused ? play() : audio.pause());

function trouble() {
  if (!current || !audio.getAttribute("src")) return;
  $("trouble").textContent = `${titleOf(current)} cannot be played: its audio is not there.`;
}

function seekTo(ms) {
  audio.currentTime = Math.min(Math.max(0, ms), lengthOf(current)) / 1000 + (ms > 0 ? 0.001 : 0);
  show();
}

const nowOrWanted = () => wanted ?? milliseconds();

function move(ms) {
  if (current) { wanted = null; seekTo(milliseconds() + ms); }
}

function show() {
  if (!current) return;
  const ms = nowOrWanted(), second = Math.floor(ms / 1000);
  if (second !== shownSecond) {
    shownSecond = second;
    $("now").textContent = clock(ms);
    $("rest").textContent = `−${clock(Math.max(0, lengthOf(current) - ms))}`;
    // A screen reader tells every change of a slider that has the focus: only the reader changes it.
    if (document.activeElement !== $("seek")) showSeek(ms);
  }
  const sentences = sentencesOf(current);
  const said = sentences[findLast(sentences, ms, (one) => one.start)] ?? null;
  if (said === sentence) return;
  sentence = said;
  $("said").textContent = said?.text ?? "";
  if (current.dataset.page) $("read").href = current.dataset.page + (said ? anchorOf(said) : "");
  markHit();
}

function showSeek(ms) {
  $("seek").value = Math.floor(ms / 1000);
  $("seek").setAttribute("aria-valuetext", `${inWords(ms)} of ${inWords(lengthOf(current))}`);
}

function showPlaying() {
  const label = audio.paused ? "Play" : "Pause";
  $("play").setAttribute("aria-label", label);
  $("play").title = label;
  $("play-icon").setAttribute("href", audio.paused ? "#i-play" : "#i-pause");
  for (const episode of episodes) {
    const playing = episode === current && !audio.paused;
    const button = episode.querySelector("button.listen");
    button.querySelector("use").setAttribute("href", playing ? "#i-pause" : "#i-play");
    button.querySelector("span").textContent = playing ? "Pause" : "Play";
  }
  if ("mediaSession" in navigator) navigator.mediaSession.playbackState = audio.paused ? "paused" : "playing";
}

// ---- Where each episode was left.

let saved = 0;

function save() {
  if (!current || wanted !== null || audio.readyState < 1) return;
  const ms = milliseconds();
  store.write(placeKey(current), audio.ended || ms > lengthOf(current) - 2000 ? 0 : ms);
  saved = ms;
  showLeft(current);
}

function showLeft(episode) {
  const ms = store.read(placeKey(episode), 0), left = Math.ceil((lengthOf(episode) - ms) / 60000);
  episode.querySelector(".left").textContent = ms > 2000 ? `${left} min left` : "";
}

// ---- The audio element, and the keys of headphones and keyboards.

audio.addEventListener("loadedmetadata", () => { begin(); show(); });
audio.addEventListener("play", showPlaying);
audio.addEventListener("pause", () => { showPlaying(); show(); save(); });
audio.addEventListener("ended", () => { showPlaying(); save(); });
audio.addEventListener("seeked", show);
audio.addEventListener("error", trouble);
audio.addEventListener("timeupdate", () => {
  show();
  if (Math.abs(milliseconds() - saved) > 5000) save();
});
addEventListener("pagehide", save);

function tellSystem(episode, cover) {
  if (!("mediaSession" in navigator)) return;
  const artwork = cover && location.protocol.startsWith("http") ? [{ src: new URL(cover.getAttribute("src"), document.baseURI).href }] : [];
  navigator.mediaSession.metadata = new MediaMetadata({ title: titleOf(episode), album: document.title, artwork });
}

if ("mediaSession" in navigator) {
  const actions = {
    play, pause: () => audio.pause(),
    seekbackward: () => move(-15000), seekforward: () => move(30000),
    seekto: (details) => move(details.seekTime * 1000 - milliseconds()),
  };
  for (const [name, action] of Object.entries(actions)) {
    try { navigator.mediaSession.setActionHandler(name, action); } catch { /* not known to this browser */ }
  }
}

function setSpeed(speed) {
  const options = [...$("speed").options].map((option) => Number(option.value));
  const nearest = options.reduce((a, b) => (Math.abs(b - speed) < Math.abs(a - speed) ? b : a));
  audio.preservesPitch = true;
  audio.defaultPlaybackRate = audio.playbackRate = nearest;
  $("speed").value = String(nearest);
}

$("speed").addEventListener("change", () => {
  setSpeed(Number($("speed").value));
  store.write(LOOK, { ...store.read(LOOK, {}), speed: Number($("speed").value) });
});
$("play").addEventListener("click", toggle);
$("back").addEventListener("click", () => move(-15000));
$("on").addEventListener("click", () => move(30000));
$("read").addEventListener("click", () => audio.pause());
$("name").addEventListener("click", (event) => {
  event.preventDefault();
  if (query.value) { query.value = ""; search(); }
  setStop(list, current);
  current.querySelector("button.listen").focus({ preventScroll: true });
  current.scrollIntoView({ block: "center", behavior: calm.matches ? "instant" : "smooth" });
});
$("seek").addEventListener("input", () => { wanted = null; seekTo(Number($("seek").value) * 1000); showSeek(milliseconds()); });
$("seek").addEventListener("blur", () => { if (current) showSeek(milliseconds()); });
$("seek").addEventListener("keydown", (event) => {
  const ms = milliseconds();
  const to = {
    ArrowRight: ms + 5000, ArrowUp: ms + 5000, ArrowLeft: ms - 5000, ArrowDown: ms - 5000,
    PageUp: ms + 60000, PageDown: ms - 60000, Home: 0, End: lengthOf(current),
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  seekTo(to);
  showSeek(Math.min(Math.max(0, to), lengthOf(current)));
});

list.addEventListener("click", (event) => {
  const button = event.target.closest("button.listen");
  if (!button) return;
  const episode = button.closest(".episode");
  if (episode === current && audio.getAttribute("src")) toggle(); else playFrom(episode);
});

// ---- Lists: the controls of one item are tab stops; arrow keys move to the next item.

const CONTROLS = "a[href], button, summary";
const stops = new Map();

function setStop(list, chosen) {
  const before = stops.get(list);
  if (before === chosen) return;
  for (const item of before === undefined ? items(list) : [before]) setReach(item, false);
  if (chosen) setReach(chosen, true);
  stops.set(list, chosen);
}

function setReach(item, reachable) {
  for (const control of item.matches(CONTROLS) ? [item] : item.querySelectorAll(CONTROLS)) {
    if (reachable) control.removeAttribute("tabindex"); else control.tabIndex = -1;
  }
}

const items = (list) => (list === $("list") ? episodes : [...list.querySelectorAll(".hit, .more")]);

function rove(list) {
  list.addEventListener("focusin", (event) => {
    const item = items(list).find((one) => one.contains(event.target));
    if (item) setStop(list, item);
  });
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const all = items(list), at = all.findIndex((one) => one.contains(event.target));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined || event.target.closest(".files li")) return;
    event.preventDefault();
    const item = all[Math.min(Math.max(to, 0), all.length - 1)];
    const same = [...all[at].querySelectorAll(CONTROLS)].filter(isShown).indexOf(event.target);
    setStop(list, item);
    const target = item.matches(CONTROLS) ? item : [...item.querySelectorAll(CONTROLS)].filter(isShown)[Math.max(0, same)];
    target.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  });
}

const isShown = (element) => !element.hidden && !element.closest(".files li");

for (const files of list.querySelectorAll(".files")) {
  files.addEventListener("toggle", () => {
    if (!files.open) return;
    for (const other of list.querySelectorAll(".files[open]")) if (other !== files) other.open = false;
    files.querySelector("ul").scrollIntoView({ block: "nearest" });
  });
  files.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !files.open) return;
    event.stopPropagation();
    files.open = false;
    files.querySelector("summary").focus();
  });
}
document.addEventListener("click", (event) => {
  for (const files of list.querySelectorAll(".files[open]")) if (!files.contains(event.target)) files.open = false;
});

// ---- Search: every word begins a word of the sentence; words in "quotes" follow one another.

const FEW = 4;          // sentences of an episode that are shown at first
const MOST = 400;       // and that are shown in all
const SLICE_MS = 12;    // how long the page may be busy at a stretch
let asked = 0;          // the number of the search that goes on

const MARKS = /\p{M}+/gu;
const fold = (text) => text.normalize("NFKD").replace(MARKS, "").replace(/[’‘]/g, "'").toLowerCase();
const LETTER = /[\p{L}\p{N}]/u;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

function termsOf(text) {
  const terms = [];
  for (const [, quoted, word] of fold(text).matchAll(/"([^"]+)"?|([^\s"]+)/g)) {
    const term = (quoted ?? word).trim().replace(/\s+/g, " ");
    if (LETTER.test(term)) terms.push({ text: term, anywhere: UNSPACED.test(term[0]) });
  }
  return terms;
}

/** Where `term` is in folded text; -1 where it is not. */
function findTerm(folded, term, from = 0) {
  for (let at = folded.indexOf(term.text, from); at >= 0; at = folded.indexOf(term.text, at + 1)) {
    if (term.anywhere || at === 0 || !LETTER.test(folded[at - 1])) return at;
  }
  return -1;
}

const holds = (folded, terms) => terms.every((term) => findTerm(folded, term) >= 0);

/** The places of all terms in `text` itself, in order, none within another. */
function placesOf(text, terms) {
  let folded = "";
  const from = [];
  for (let at = 0; at < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(at)), plain = fold(character);
    for (let step = 0; step < plain.length; step++) from.push(at);
    folded += plain;
    at += character.length;
  }
  from.push(text.length);
  const places = [];
  for (const term of terms) {
    for (let at = findTerm(folded, term); at >= 0; at = findTerm(folded, term, at + term.text.length)) {
      places.push([from[at], from[at + term.text.length]]);
    }
  }
  places.sort((a, b) => a[0] - b[0]);
  return places.filter(([start], index) => index === 0 || start >= places[index - 1][1]);
}

const pause = () => new Promise((done) => setTimeout(done));

/** Looks through one episode after another, and lets the page breathe. */
async function* find(terms) {
  let begun = performance.now();
  for (const episode of episodes) {
    const found = [];
    for (const one of sentencesOf(episode)) {
      one.folded ??= fold(one.text);
      if (holds(one.folded, terms)) found.push(one);
    }
    const named = holds(fold(episode.querySelector(".what").textContent), terms);
    if (found.length || named) yield { episode, found };
    if (performance.now() - begun > SLICE_MS) { await pause(); begun = performance.now(); }
  }
}

async function search() {
  const mine = ++asked, terms = termsOf(query.value);
  remember();
  if (!terms.length) {
    $("found").textContent = "";
    $("results").hidden = true;
    $("episodes").hidden = false;
    $("hits").replaceChildren();
    stops.delete($("hits"));
    return;
  }
  const groups = [];
  let sentences = 0;
  for await (const group of find(terms)) {
    if (mine !== asked) return;
    groups.push(group);
    sentences += group.found.length;
  }
  if (mine !== asked) return;
  let room = MOST;
  const shown = [];
  for (const group of groups) {
    if (room <= 0) break;
    shown.push(writeGroup(group, terms));
    room -= Math.min(FEW, group.found.length) + 1;
  }
  $("hits").replaceChildren(...shown);
  $("results").hidden = groups.length === 0;
  $("episodes").hidden = groups.length > 0;
  stops.delete($("hits"));
  setStop($("hits"), items($("hits"))[0] ?? null);
  markHit();
  tell(sentences, groups.length);
}

const many = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

function tell(sentences, groups) {
  const searched = Number(query.dataset.count);
  const limit = searched < episodes.length ? ` Only the newest ${searched} episodes are searched sentence by sentence.` : "";
  const found = sentences ? `${many(sentences, "sentence")} in ${many(groups, "episode")}.` : `${many(groups, "episode")}, by title, author or date.`;
  $("found").textContent = groups
    ? found + limit
    : `Nothing found. Every word must be in one sentence, by its beginning at least.${limit}`;
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function writeGroup({ episode, found }, terms) {
  const link = episode.querySelector("h3 a").cloneNode(true);
  link.tabIndex = -1;
  link.classList.add("hit-title");
  const group = make("li", {}, make("h3", {}, link));
  const sentences = make("ol");
  sentences.append(...found.slice(0, FEW).map((one) => writeHit(episode, one, terms)));
  if (found.length) group.append(sentences);
  if (found.length > FEW) {
    const rest = found.slice(FEW), label = `Show ${many(rest.length, "more sentence")}`;
    const more = make("button", { type: "button", className: "more", tabIndex: -1 }, label);
    more.addEventListener("click", () => {
      const added = rest.map((one) => writeHit(episode, one, terms));
      sentences.append(...added);
      more.remove();
      added[0].firstChild.focus();
    });
    group.append(more);
  }
  return group;
}

function writeHit(episode, one, terms) {
  const link = make("a", { className: "hit", tabIndex: -1 });
  const page = episode.dataset.page;
  link.href = page ? page + anchorOf(one) : `${episode.dataset.audio}#t=${(one.start / 1000).toFixed(3)}`;
  const language = episode.querySelector("h3 a").lang;
  const text = make("span", { dir: "auto" });
  if (language) text.lang = language;
  let at = 0;
  for (const [start, end] of placesOf(one.text, terms)) {
    text.append(one.text.slice(at, start), make("mark", {}, one.text.slice(start, end)));
    at = end;
  }
  text.append(one.text.slice(at));
  link.append(make("span", { className: "at" }, clock(one.start)), " ", text);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    playFrom(episode, one.start);
  });
  link.sentence = one;
  return make("li", {}, link);
}

/** Marks the sentence of the list that is spoken now. */
function markHit() {
  for (const hit of $("hits").querySelectorAll(".hit")) {
    if (sentence && hit.sentence === sentence) hit.setAttribute("aria-current", "true");
    else hit.removeAttribute("aria-current");
  }
}

/** Keeps the search in the address, so that a reload or a bookmark finds it again. */
function remember() {
  const address = query.value.trim() ? `#q=${encodeURIComponent(query.value.trim())}` : location.pathname + location.search;
  try { history.replaceState(null, "", address); } catch { /* not from every disk */ }
}

let typing = 0;
query.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(search, 150); });
$("search").addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(typing); search(); });
query.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && query.value) { event.preventDefault(); query.value = ""; search(); }
  if (event.key === "ArrowDown" && !$("results").hidden) {
    event.preventDefault();
    items($("hits"))[0]?.focus();
  }
});
$("hits").addEventListener("keydown", (event) => { if (event.key === "Escape") query.focus(); });

// ---- Subscribing.

const feed = $("feed");
if (feed && location.protocol.startsWith("http")) {
  feed.value = new URL(feed.dataset.beside, document.baseURI.replace(/#.*/, "")).href;
}
feed?.addEventListener("focus", () => feed.select());
$("copy")?.addEventListener("click", async () => {
  feed.select();
  let copied = false;
  try { await navigator.clipboard.writeText(feed.value); copied = true; }
  catch { copied = document.execCommand("copy"); /* plain http has no clipboard */ }
  $("told").textContent = copied ? "Copied." : "It is selected: copy it with the keys or the menu.";
  $("copy").focus();
});

// ---- Begin.

document.addEventListener("keydown", (event) => {
  const control = event.target.closest("button, a, input, select, summary");
  if (event.key === " " && !control && current && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    toggle();
  }
});
for (const element of document.querySelectorAll("[data-plain]")) element.hidden = true;
for (const element of document.querySelectorAll("[data-scripted]")) element.hidden = false;
$("search").hidden = episodes.length === 0;
list.setAttribute("aria-describedby", "episodes-hint");
rove(list);
rove($("hits"));
setStop(list, episodes[0] ?? null);
episodes.forEach(showLeft);
setSpeed(Number(look.speed) || 1);
if (location.hash.startsWith("#q=")) {
  try { query.value = decodeURIComponent(location.hash.slice(3)); search(); } catch { /* no text */ }
}
})();
