// Makes a photo small before it is sent: at most 1,600 points a side, upright, without what the camera wrote into it.
// Without script the photo is sent as it is; the node takes the camera's data out, and refuses what is too large.
const LONGEST = 1600;

async function shrink(file) {
  const drawn = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(drawn.width, drawn.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(drawn.width * scale);
  canvas.height = Math.round(drawn.height * scale);
  canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

for (const input of document.querySelectorAll("input[type=file][data-shrink]")) {
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file?.type.startsWith("image/") || file.size < 200_000) return;
    try {
      const chosen = new DataTransfer();
      chosen.items.add(await shrink(file));
      input.files = chosen.files;
    } catch {
      // this browser cannot: the node decides
    }
  });
}
