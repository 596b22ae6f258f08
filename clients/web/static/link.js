// A link's token is behind the `#` of the address, which no server and no log ever sees. It is put
// into the form, and out of the address, so that it stays in no history.

const field = document.getElementById("link");
const given = location.hash.slice(1);
if (given) {
  field.value = decodeURIComponent(given);
  history.replaceState(null, "", location.pathname + location.search);
}
if (field.value) {
  document.getElementById("paste").hidden = true;
  document.getElementById("ready").hidden = false;
}
// The same page in the other language keeps it, for as long as it is not used.
for (const other of document.querySelectorAll("a[hreflang]")) {
  other.addEventListener("click", () => {
    if (field.value) other.hash = encodeURIComponent(field.value);
  });
}
