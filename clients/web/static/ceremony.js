// Forms that end with a passkey, or that need one first.
//
// <form data-ceremony data-options=PATH data-use="create|get" data-finish=PATH>: ask PATH for
// options, let the browser use a passkey, send what it made. Without `data-use` the fields are sent
// alone. Where the server asks for a proof of identity for the act, that is made, and the act tried
// again. The session's token stays in its cookie: no script sees it.

const words = document.getElementById("words")?.dataset ?? {};
const said = document.getElementById("said");

class Refusal extends Error {}

export function say(text, kind = "") {
  said.textContent = text;
  said.className = text ? `note ${kind}` : "";
  if (kind === "bad") said.focus();
}

async function send(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
    credentials: "same-origin",
    redirect: "error",
  });
  const read = await answer.json();
  if (!answer.ok) throw new Refusal(read.title ?? words.failed);
  return read;
}

async function use(kind, options) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
    throw new Refusal(words.unsupported);
  }
  const parse = { create: "parseCreationOptionsFromJSON", get: "parseRequestOptionsFromJSON" };
  const publicKey = PublicKeyCredential[parse[kind]](options);
  return (await navigator.credentials[kind]({ publicKey })).toJSON();
}

async function prove({ action, thing }) {
  say(words.prove);
  const asked = await send("/web/step-up/options", { action, thing });
  const credential = await use("get", asked.options);
  await send("/web/step-up", { challenge: asked.challenge, credential });
}

async function proving(act) {
  const answer = await act();
  if (!answer.prove) return answer;
  await prove(answer.prove);
  return act();
}

async function perform(form, button) {
  const fields = Object.fromEntries(new FormData(form, button));
  const { options, use: kind, finish } = form.dataset;
  if (!kind) return proving(() => send(finish, fields));
  const asked = await proving(() => send(options, fields));
  say(words.touch);
  const credential = await use(kind, asked.options);
  return send(finish, { ...fields, challenge: asked.challenge, credential });
}

function explain(error) {
  if (error instanceof Refusal) return error.message;
  const known = { NotAllowedError: words.cancelled, InvalidStateError: words.present };
  return known[error.name] ?? words.failed;
}

for (const form of document.querySelectorAll("form[data-ceremony]")) {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter ?? form.querySelector("button");
    if ("plain" in button.dataset) return; // an ordinary button of the form
    event.preventDefault();
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    say(words.wait);
    try {
      const { go } = await perform(form, button);
      location.assign(go);
    } catch (error) {
      button.ariaDisabled = "false";
      say(explain(error), "bad");
    }
  });
}
