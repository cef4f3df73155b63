// On the page of a document: mark all stretches of the passage that the address names, and go there.
function mark() {
  const name = decodeURIComponent(location.hash.slice(1));
  for (const old of document.querySelectorAll(".fulltext .at")) old.classList.remove("at");
  if (!name) return;
  const parts = [...document.querySelectorAll(".fulltext [data-p]")].filter((part) => part.dataset.p.split(" ").includes(name));
  for (const part of parts) part.classList.add("at");
  parts[0]?.scrollIntoView({ block: "center" });
}

addEventListener("hashchange", mark);
mark();
if (document.documentElement.dataset.local && document.querySelector("form.asking")) {
  import("./local.js").then(({ answerForms }) => answerForms());
}
