"use strict";
// Sends the calls of the page with the key that was pasted; the key stays in its field and goes nowhere else.
const SHOWN = ["x-request-id", "portolan-model-version", "portolan-rules-version", "location", "etag", "retry-after"];

function prepare(form) {
  const headers = {};
  const key = document.getElementById("key").value.trim();
  if (key) { headers.Authorization = `Bearer ${key}`; }
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const parts = new FormData();
  for (const field of form.querySelectorAll("[data-place]")) {
    const value = field.type === "file" ? field.files[0] : field.value;
    if (field.dataset.place === "path") { path = path.replace(`{${field.name}}`, encodeURIComponent(value)); }
    else if (!value) { continue; }
    else if (field.dataset.place === "query") { query.append(field.name, value); }
    else { parts.append(field.name, value); }
  }
  let body;
  if (form.dataset.body === "form") { body = parts; }
  if (form.dataset.body === "json") { body = form.querySelector(".body").value; headers["Content-Type"] = "application/json"; }
  const search = query.toString();
  return [search ? `${path}?${search}` : path, { method: form.dataset.method, headers, body, credentials: "omit" }];
}

async function show(response, answer) {
  const lines = [`${response.status} ${response.statusText}`];
  for (const name of SHOWN) {
    if (response.headers.has(name)) { lines.push(`${name}: ${response.headers.get(name)}`); }
  }
  const kind = response.headers.get("content-type") || "";
  const disposition = response.headers.get("content-disposition");
  if (disposition) {
    const content = await response.blob();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = (/filename="?([^"]+)"?$/.exec(disposition) || ["", "result"])[1];
    link.textContent = `${link.download} (${content.size})`;
    answer.replaceChildren(`${lines.join("\n")}\n\n`, link);
    return;
  }
  const text = await response.text();
  const plain = kind.includes("json") && text ? JSON.stringify(JSON.parse(text), null, 1) : text;
  answer.textContent = `${lines.join("\n")}\n\n${plain}`;
}

document.getElementById("key-form").addEventListener("submit", (event) => event.preventDefault());
for (const form of document.querySelectorAll("form.try")) {
  const answer = form.parentElement.querySelector(".answer");
  const button = form.querySelector("button");
  const example = form.querySelector(".example");
  if (example) { example.addEventListener("change", () => { form.querySelector(".body").value = example.value; }); }
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    answer.hidden = false;
    answer.textContent = "…";
    try {
      await show(await fetch(...prepare(form)), answer);
    } catch (error) {
      answer.textContent = String(error);
    }
    button.disabled = false;
  });
}
