// The SPARQL editor, with the saved queries beside it. It asks this site and nobody else.
import Yasgui from "@zazuko/yasgui/build/yasgui.esm.js";
import "@zazuko/yasgui/build/yasgui.min.css";

const place = document.getElementById("yasgui");
const text = document.getElementById("query");

async function start() {
  const endpoint = new URL(place.dataset.endpoint, location.href).href;
  if (document.documentElement.dataset.local) (await import("./local.js")).answerFetches(endpoint);
  Yasgui.Yasqe.defaults.autocompleters = ["variables"]; // the others ask servers elsewhere
  place.hidden = false;
  document.querySelector(".plain-editor").hidden = true;
  const yasgui = new Yasgui(place, {
    requestConfig: { endpoint, method: "POST" },
    copyEndpointOnNewTab: true,
    persistenceId: null,
    endpointCatalogueOptions: { getData: () => [] },
    yasqe: { value: text.value, persistenceId: null, createShareableLink: null },
    yasr: { persistenceId: null },
  });
  const tab = yasgui.getTab() ?? yasgui.addTab(true, { name: "SPARQL" });
  tab.setEndpoint(endpoint);
  tab.getYasqe().setValue(text.value);
  for (const link of document.querySelectorAll("[data-query]")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      const answer = await fetch(link.dataset.query);
      if (answer.ok) yasgui.getTab().getYasqe().setValue(await answer.text());
    });
  }
  place.dataset.ready = "true";
}

start();
