// Reads the page aloud: what a person recorded in their voice, the rest by a voice of the device in the page's language,
// else by sound made on the node. Where none of them is there, no button.
const WAIT_FOR_VOICES = 1500;
const LONGEST = 400;
let stopped = true;
let rest = () => {}; // says on the button that nothing is read
let playing = null;
let graph;

function language() {
  return document.documentElement.lang;
}

function voiceNow() {
  return window.speechSynthesis?.getVoices().find((one) => one.lang.replace("_", "-").startsWith(language()));
}

function voice() {
  const now = voiceNow();
  if (now || !window.speechSynthesis) return Promise.resolve(now);
  return new Promise((found) => {
    const look = () => found(voiceNow());
    speechSynthesis.addEventListener("voiceschanged", look, { once: true });
    setTimeout(look, WAIT_FOR_VOICES);
  });
}

// The recordings that the page names for its questions: the question's words -> the address of the sound.
function recordings() {
  const found = new Map();
  for (const one of document.querySelectorAll("[data-for][data-sound]")) {
    const control = document.getElementById(one.dataset.for);
    const asked = control?.closest("fieldset")?.querySelector("legend") ?? document.querySelector(`label[for="${CSS.escape(one.dataset.for)}"]`);
    if (asked) found.set(asked, one.dataset.sound);
  }
  const title = document.querySelector("[data-title]");
  if (title) found.set(document.querySelector("main h1"), title.dataset.title);
  return found;
}

// Headings, paragraphs, labels and buttons of the page in their order, cut where a voice takes breath. What a person
// recorded is a part of its own: the question that it speaks, or the whole box that names it.
function* parts(sounds) {
  const main = document.querySelector("main");
  const heard = new Set();
  for (const one of main.querySelectorAll("h1,h2,h3,p,li,label,legend,dt,dd,button,a.button")) {
    if (!one.offsetParent || one.closest("[aria-hidden=true],.listening,.reader,.hear,.crumb")) continue;
    const box = one.closest("[data-voice]");
    if (box) {
      if (!heard.has(box)) yield { sound: box.dataset.voice, text: "" };
      heard.add(box);
      continue;
    }
    if (one.querySelector("p,li,label,dd,button,.button")) continue;
    const text = one.innerText.replace(/\s+/g, " ").trim();
    if (sounds.has(one)) {
      yield { sound: sounds.get(one), text };
      continue;
    }
    for (let at = 0; at < text.length; ) {
      let stop = text.length - at > LONGEST ? text.lastIndexOf(" ", at + LONGEST) : text.length;
      if (stop <= at) stop = at + LONGEST;
      yield { text: text.slice(at, stop) };
      at = stop;
    }
  }
}

function play(address) {
  return new Promise((done) => {
    playing = new Audio(address);
    playing.addEventListener("ended", () => done(true));
    playing.addEventListener("error", () => done(false));
    playing.play().catch(() => done(false));
  });
}

function say(text, by) {
  return new Promise((done) => {
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.voice = by;
    spoken.lang = by.lang;
    spoken.rate = 0.9;
    spoken.addEventListener("end", done);
    spoken.addEventListener("error", done);
    speechSynthesis.speak(spoken);
  });
}

// Through the audio graph: the strict policy of our pages lets no blob be the source of a player.
async function made(text, address) {
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ text }) });
  if (!answer.ok || stopped) return;
  graph ??= new AudioContext();
  const node = graph.createBufferSource();
  node.buffer = await graph.decodeAudioData(await answer.arrayBuffer());
  node.connect(graph.destination);
  playing = { pause: () => node.stop() };
  await new Promise((done) => {
    node.addEventListener("ended", done);
    node.start();
  });
}

export function silence() {
  stopped = true;
  rest();
  playing?.pause();
  playing = null;
  window.speechSynthesis?.cancel();
}

// A recording that does not play is no reason for silence: then a voice says the words.
async function speak(part, by, address) {
  if (part.sound && (await play(part.sound))) return;
  if (!part.text || stopped) return;
  if (by) await say(part.text, by);
  else if (address) await made(part.text, address);
}

async function read(by, address) {
  stopped = false;
  for (const part of parts(recordings())) {
    if (stopped) return;
    await speak(part, by, address);
  }
}

// Beside each question that somebody recorded: hear this one alone.
function offerQuestions(word) {
  for (const [asked, sound] of recordings()) {
    if (asked.tagName === "H1") continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet hear";
    button.textContent = `♪ ${word}`;
    button.setAttribute("aria-label", `${word}: ${asked.innerText.trim()}`);
    button.addEventListener("click", () => {
      silence();
      play(sound);
    });
    asked.after(button);
  }
}

async function speaks(bar) {
  if (!bar.dataset.speech || !("asks" in bar.dataset)) return bar.dataset.speech;
  try {
    const answer = await fetch(bar.dataset.speech, { method: "POST", body: new URLSearchParams({ text: "" }) });
    return answer.status === 204 && bar.dataset.speech;
  } catch {
    return "";
  }
}

export async function offerSpeech(bar) {
  const list = document.querySelector("[data-hear]");
  if (list) offerQuestions(list.dataset.hear);
  const button = bar.querySelector("[data-talk]");
  const by = await voice();
  const address = by ? "" : await speaks(bar);
  if (!by && !address && !document.querySelector("[data-voice],[data-sound]")) return;
  const label = button.querySelector("span");
  const [start, stop] = [label.textContent, button.dataset.stop];
  button.hidden = false;
  rest = () => {
    label.textContent = start;
  };
  button.addEventListener("click", async () => {
    if (!stopped) {
      silence();
      return;
    }
    label.textContent = stop;
    await read(by, address);
    stopped = true;
    rest();
  });
  addEventListener("pagehide", silence);
}
