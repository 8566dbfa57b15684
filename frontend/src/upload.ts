// Photos: <input type="file" data-upload accept="image/*" capture="environment" multiple> shows previews and shrinks large
// pictures to 2000 px before they travel; a form with data-upload-form is sent with a progress bar.
import { all, icon, meta } from "./dom";
import { toast } from "./toast";
import { word } from "./words";

const MOST_PIXELS = 2000;
const QUALITY = 0.85;

async function shrink(file: File): Promise<File> {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, MOST_PIXELS / Math.max(picture.width, picture.height));
  if (scale === 1 && file.size < 1_500_000) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
}

function setFiles(input: HTMLInputElement, files: File[]): void {
  const carrier = new DataTransfer();
  for (const file of files) carrier.items.add(file);
  input.files = carrier.files;
}

function draw(input: HTMLInputElement, place: HTMLElement): void {
  for (const image of all<HTMLImageElement>("img", place)) URL.revokeObjectURL(image.src);
  const files = [...(input.files ?? [])];
  place.replaceChildren(
    ...files.map((file, at) => {
      const item = document.createElement("div");
      item.className = "upload-item";
      if (file.type.startsWith("image/")) {
        const image = document.createElement("img");
        image.src = URL.createObjectURL(file);
        image.alt = file.name;
        item.append(image);
      } else {
        const name = document.createElement("span");
        name.textContent = file.name;
        item.append(icon("paperclip"), name);
      }
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "upload-remove";
      remove.setAttribute("aria-label", `${word("remove")}: ${file.name}`);
      remove.append(icon("x"));
      remove.addEventListener("click", () => {
        setFiles(input, files.filter((_file, other) => other !== at));
        draw(input, place);
      });
      item.append(remove);
      return item;
    }),
  );
}

function watch(input: HTMLInputElement): void {
  const place = document.createElement("div");
  place.className = "upload-items";
  (input.closest(".upload") ?? input).after(place);
  const most = Number(input.dataset["maxBytes"] ?? 10_000_000);
  let kept: File[] = [];
  input.addEventListener("change", () => {
    void (async () => {
      const added = await Promise.all([...(input.files ?? [])].map(shrink));
      const small = added.filter((file) => file.size <= most);
      if (small.length < added.length) toast(word("too_big"), "red");
      // A second shot adds to the first: a camera hands over one picture at a time.
      kept = input.multiple ? [...kept.filter((file) => !small.some((one) => one.name === file.name && one.size === file.size)), ...small] : small;
      setFiles(input, kept);
      draw(input, place);
    })();
  });
  place.addEventListener("click", () => (kept = [...(input.files ?? [])]));
  input.form?.addEventListener("reset", () => ((kept = []), place.replaceChildren()));
}

function send(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const bar = form.querySelector("progress") ?? form.appendChild(document.createElement("progress"));
    bar.max = 100;
    bar.hidden = false;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRFToken", meta("csrf-token"));
    request.upload.addEventListener("progress", (progress) => {
      if (!progress.lengthComputable) return;
      bar.value = Math.round((progress.loaded / progress.total) * 100);
      bar.setAttribute("aria-label", word("uploading", { percent: bar.value }));
    });
    const ready = (): void => {
      bar.hidden = true;
      for (const button of all<HTMLButtonElement>("button", form)) button.disabled = false;
    };
    request.addEventListener("load", () => {
      ready();
      if (request.status < 400) location.assign(request.responseURL || location.href);
      else toast(request.status === 413 ? word("too_big") : word("failed"), "red");
    });
    request.addEventListener("error", () => (ready(), toast(word("offline"), "red")));
    const body = new FormData(form, event.submitter);
    for (const button of all<HTMLButtonElement>("button", form)) button.disabled = true;
    request.send(body);
  });
}

export function startUploads(root: ParentNode = document): void {
  for (const input of all<HTMLInputElement>("input[data-upload]", root)) {
    if (input.dataset["uploadOn"]) continue;
    input.dataset["uploadOn"] = "yes";
    watch(input);
  }
  for (const form of all<HTMLFormElement>("form[data-upload-form]", root)) {
    if (form.dataset["uploadOn"]) continue;
    form.dataset["uploadOn"] = "yes";
    send(form);
  }
}
