// Reads the page aloud: a human recording where the page names one, else a voice of the device in the page's
// language, else sound made on the node. Where none of them is there, no button.
const WAIT_FOR_VOICES = 1500;
const LONGEST = 400;
let stopped = true;
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

// Headings, paragraphs, labels and buttons of the page in their order, cut where a voice takes breath.
function* parts() {
  const main = document.querySelector("main");
  for (const one of main.querySelectorAll("h1,h2,h3,p,li,label,legend,dt,dd,button,a.button")) {
    if (!one.offsetParent || one.closest("[aria-hidden=true]") || one.querySelector("p,li,label,dd")) continue;
    const text = one.innerText.replace(/\s+/g, " ").trim();
    for (let at = 0; at < text.length; ) {
      let stop = text.length - at > LONGEST ? text.lastIndexOf(" ", at + LONGEST) : text.length;
      if (stop <= at) stop = at + LONGEST;
      yield text.slice(at, stop);
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
  playing?.pause();
  playing = null;
  window.speechSynthesis?.cancel();
}

async function read(by, address) {
  stopped = false;
  const recorded = document.querySelector("main [data-voice]")?.dataset.voice;
  if (recorded && (await play(recorded))) return;
  for (const text of parts()) {
    if (stopped) return;
    await (by ? say(text, by) : made(text, address));
  }
}

export async function offerSpeech(bar) {
  const button = bar.querySelector("[data-talk]");
  const by = await voice();
  if (!by && !bar.dataset.speech) return;
  const label = button.querySelector("span");
  const [start, stop] = [label.textContent, button.dataset.stop];
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!stopped) {
      silence();
      label.textContent = start;
      return;
    }
    label.textContent = stop;
    await read(by, bar.dataset.speech);
    stopped = true;
    label.textContent = start;
  });
  addEventListener("pagehide", silence);
}
