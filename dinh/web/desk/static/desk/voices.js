// Records a sentence in the browser and puts the sound into the form's file field; without it a file is chosen.
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const able = Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
const kind = able ? KINDS.find((one) => MediaRecorder.isTypeSupported(one)) : undefined;

for (const form of document.querySelectorAll("[data-voice]")) {
  if (!kind) break;
  const part = (name) => form.querySelector(`[data-${name}]`);
  part("recorder").hidden = false;
  let recorder;
  part("start").addEventListener("click", async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      part("no").hidden = false;
      return;
    }
    const pieces = [];
    recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 32000 });
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => {
      stream.getTracks().forEach((track) => track.stop());
      const type = kind.split(";")[0];
      const files = new DataTransfer();
      files.items.add(new File(pieces, `voice.${type.split("/")[1]}`, { type }));
      form.querySelector("input[type=file]").files = files.files;
      // Heard once it is kept: a page of ours plays nothing but what our server answers.
      part("done").hidden = false;
      part("start").hidden = false;
      part("stop").hidden = true;
    });
    recorder.start();
    part("done").hidden = true;
    part("start").hidden = true;
    part("stop").hidden = false;
  });
  part("stop").addEventListener("click", () => recorder.stop());
}
