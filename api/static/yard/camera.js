// Reads codes with the camera: by the browser itself where it can, else by a photo that the server
// decodes. A photo is made smaller here first, so that it also goes through a thin network.

import { word } from "./words.js";

const find = (id) => document.getElementById(id);
const LONGEST_PX = 2400;

export const live = "BarcodeDetector" in window && Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

async function smaller(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob((blob) => resolve(blob || file), "image/jpeg", 0.9); });
}

function say(name) {
  find("photo-words").hidden = !name;
  find("photo-words").textContent = name ? word(name) : "";
}

// The texts on a photo; says on the page how it goes.
export async function readPhoto(file, csrf) {
  say("reading");
  const form = new FormData();
  let picture = file;
  try { picture = await smaller(file); } catch { picture = file; }
  form.append("photo", picture, "photo.jpg");
  let response;
  try {
    response = await fetch("/desk/yard/decode", {
      method: "POST", body: form, redirect: "manual", signal: AbortSignal.timeout(30000),
      headers: { "X-CSRFToken": csrf, Accept: "application/json" },
    });
  } catch {
    say("no-decode");
    return [];
  }
  const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  if (!response.ok) { find("photo-words").textContent = answer.detail || word("no-decode"); return []; }
  say(answer.texts.length ? "" : "no-code");
  return answer.texts;
}

// Looks through the camera until a code is seen or the window is shut; resolves with its text.
export async function look() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" } } });
  const finder = find("finder");
  const video = finder.querySelector("video");
  const detector = new window.BarcodeDetector({ formats: ["qr_code", "data_matrix", "code_128", "aztec"] });
  video.srcObject = stream;
  finder.showModal();
  await video.play();
  const shut = () => { stream.getTracks().forEach((track) => track.stop()); finder.close(); };
  find("close-finder").onclick = shut;
  return new Promise((resolve) => {
    finder.onclose = () => { stream.getTracks().forEach((track) => track.stop()); resolve(""); };
    const step = async () => {
      if (!finder.open) { return; }
      const found = await detector.detect(video).catch(() => []);
      if (found.length) { resolve(found[0].rawValue); shut(); return; }
      setTimeout(step, 120);
    };
    step();
  });
}
