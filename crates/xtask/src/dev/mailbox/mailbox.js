// What is new, as it comes: the page asks for itself and takes over what differs. What is there stays where it is, so
// that neither focus nor the place of reading is lost.

const status = document.querySelector("#status");
const letters = document.querySelector("#letters");

function take(page) {
  const fresh = [...page.querySelectorAll("#letters > li")];
  const known = new Map([...letters.children].map((letter) => [letter.dataset.id, letter]));
  fresh.forEach((letter, place) => {
    const shown = known.get(letter.dataset.id);
    known.delete(letter.dataset.id);
    if (shown) {
      shown.querySelector(".when").textContent = letter.querySelector(".when").textContent;
    } else {
      letters.insertBefore(letter, letters.children[place] ?? null);
    }
  });
  known.forEach((gone) => gone.remove());
  say(page.querySelector("#status").textContent);
}

/** Only what is new is read out. */
function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

async function look() {
  try {
    const answer = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    say("The local edge has stopped. What is here is what had been sent until then.");
  }
  setTimeout(look, 2000);
}

setTimeout(look, 2000);
