// The telephone's own window: it holds the line while the person walks through the pages of his work. What he does is
// the server's to say; after a reload, or when its network is back, the window signs in anew and asks for what it has
// lost: the talk that was going on, or the call that rang.
import { post } from "../dom";
import { word } from "../words";
import { Phone, type Login } from "./line";
import { Bell } from "./ring";
import { Talk, type Word } from "./talk";

const REJOIN = 15_000; // milliseconds within which the ring for a talk that goes on is answered by itself
const SETTLED = 800; // milliseconds after which what still rings, or is talked to, has come to the line by itself
const AGAIN = 3000; // until the pages are asked once more for a secret

const root = document.getElementById("telephone");
const sound = document.getElementById("telephone-sound");

function shown(): string {
  return document.querySelector<HTMLElement>("[data-phone-state]")?.dataset["phoneState"] ?? "";
}

/** Whether the line is in a talk: one's own, or one that a superior listens to. */
function inTalk(): boolean {
  return shown() === "talking" || document.querySelector("[data-phone-watch]") !== null;
}

function start(root: HTMLElement, sound: HTMLAudioElement): void {
  const bell = new Bell();
  let greeted = false;
  let connected = false;
  let asked = false; // for the talk that was going on when the page was loaded
  const ask = (kind: string): void => {
    void post(root.dataset["askUrl"] ?? "", new URLSearchParams({ kind }));
  };
  const tell = (): void => {
    talk.say({ line: phone.state });
    bell.ring(phone.state.session === "ringing" && !asked);
    const place = document.getElementById("telephone-line");
    if (place) {
      const text = phone.state.problem || (phone.state.registered ? "phone_connected" : "phone_connecting");
      place.textContent = word(text);
      place.dataset["tone"] = phone.state.problem ? "red" : phone.state.registered ? "green" : "amber";
    }
    if (phone.state.registered !== connected) {
      connected = phone.state.registered;
      if (connected) arrive();
    }
    if (phone.state.session === "up") asked = false;
  };
  const takeUp = (): void => {
    asked = true;
    window.setTimeout(() => (asked = false), REJOIN);
    ask("rejoin");
  };
  /** The line stands, for the first time or again. */
  const arrive = (): void => {
    const first = !greeted;
    greeted = true;
    if (first && inTalk()) takeUp();
    else if (first && shown() !== "ringing") ask("sign_in");
    else
      window.setTimeout(() => {
        if (phone.state.session !== "none") return;
        if (inTalk()) takeUp();
        else if (shown() === "ringing") ask("rejoin");
      }, SETTLED);
  };
  // What he has asked for himself (calling somebody, listening in) is picked up at once; the page may hear of it a
  // moment before or after the telephone does.
  const wanted = (): boolean => document.querySelector("[data-phone-auto]") !== null;
  document.addEventListener("htmx:afterSettle", () => {
    if (phone.state.session === "ringing" && wanted()) phone.answer();
  });
  const phone = new Phone(sound, () => asked || wanted(), tell);
  const talk = new Talk((said: Word) => {
    if (said.ask === "answer") phone.answer();
    else if (said.ask === "mute" || said.ask === "unmute") phone.mute(said.ask === "mute");
    else if (said.ask === "keys") phone.keys(said.keys ?? "");
    else if (said.ask === "tell") talk.say({ line: phone.state });
  });
  const logIn = async (): Promise<void> => {
    let refused = false;
    try {
      const answer = await post(root.dataset["loginUrl"] ?? "");
      refused = answer.status >= 400 && answer.status < 500;
      if (!answer.ok) throw new Error(String(answer.status));
      phone.open((await answer.json()) as Login);
    } catch {
      phone.state.problem = refused ? "phone_refused" : "phone_unreachable";
      tell();
      if (!refused) window.setTimeout(() => void logIn(), AGAIN);
    }
  };
  void logIn();
  document.addEventListener("phone:do", (event) => {
    const said = (event as CustomEvent<Word>).detail;
    if (said.ask === "answer") phone.answer();
    else if (said.ask === "mute" || said.ask === "unmute") phone.mute(said.ask === "mute");
    else if (said.ask === "keys") phone.keys(said.keys ?? "");
  });
  tell();
}

if (root && sound instanceof HTMLAudioElement) start(root, sound);
